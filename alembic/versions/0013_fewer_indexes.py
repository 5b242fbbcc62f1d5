"""a post writes fewer indexes, and what is open is listed by one of its own"""

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
TOLD = sa.text("shared_number is not null")
OPEN = sa.text("closed_at is null")


def upgrade() -> None:
    op.drop_index("ix_posting_escalation_id", "posting")
    op.drop_index("ix_message_author_id", "message")
    op.drop_index("ix_timeline_entry_shared", "timeline_entry")
    op.create_index(
        "ix_timeline_entry_shared",
        "timeline_entry",
        ["escalation_id", "shared_number"],
        sqlite_where=TOLD,
        postgresql_where=TOLD,
    )
    op.drop_index("ix_escalation_listed", "escalation")
    op.create_index("ix_escalation_open", "escalation", ["opened_at", "key"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_index("ix_errand_reader", "errand")
    _key_errands(["reader", "entry_id"])


def downgrade() -> None:
    _key_errands(["entry_id", "reader"])
    op.create_index("ix_errand_reader", "errand", ["reader"])
    op.drop_index("ix_escalation_open", "escalation")
    op.create_index("ix_escalation_listed", "escalation", ["closed_at", "opened_at", "key"])
    op.drop_index("ix_timeline_entry_shared", "timeline_entry")
    op.create_index("ix_timeline_entry_shared", "timeline_entry", ["escalation_id", "shared_number"])
    op.create_index("ix_message_author_id", "message", ["author_id"])
    op.create_index("ix_posting_escalation_id", "posting", ["escalation_id"])


def _key_errands(columns: list[str]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("errand_pkey", "errand")
        op.create_primary_key("errand_pkey", "errand", columns)
        return
    with op.batch_alter_table("errand", recreate="always") as table:
        table.create_primary_key("pk_errand", columns)
