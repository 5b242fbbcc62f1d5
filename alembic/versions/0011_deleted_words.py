"""deleted messages can be brought back for a moment"""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = "0011"
down_revision = "0010"
STAMPS = ("question", "concern", "disagreement", "urgent")


def upgrade() -> None:
    op.create_table(
        "deleted_words",
        sa.Column("message_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("escalation_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "stamp",
            sa.Enum(*STAMPS, name="stamp", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("earlier", sa.Text(), nullable=False),
        sa.Column("mentioned", sa.Text(), nullable=False),
        sa.Column("gone_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalation.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("message_id"),
    )
    with op.batch_alter_table("deleted_words") as table:
        table.create_index("ix_deleted_words_escalation_id", ["escalation_id"])
        table.create_index("ix_deleted_words_gone_at", ["gone_at"])


def downgrade() -> None:
    op.drop_table("deleted_words")
