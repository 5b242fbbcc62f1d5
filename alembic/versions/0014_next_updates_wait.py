"""when the customer hears next waits with the words it was said with"""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("held_message", sa.Column("next_update_due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("held_message", "next_update_due_at")
