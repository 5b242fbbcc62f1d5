"""lists of escalations and a person's own read no others"""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("escalation") as table:
        table.create_index("ix_escalation_owner_id", ["owner_id"])
        table.create_index("ix_escalation_listed", ["closed_at", "opened_at", "key"])
        table.create_index("ix_escalation_opened", ["opened_at", "key"])


def downgrade() -> None:
    with op.batch_alter_table("escalation") as table:
        table.drop_index("ix_escalation_opened")
        table.drop_index("ix_escalation_listed")
        table.drop_index("ix_escalation_owner_id")
