"""when the customer hears next waits with the words it was said with"""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("held_message") as table:
        table.add_column(sa.Column("next_update_due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("held_message") as table:
        table.drop_column("next_update_due_at")
