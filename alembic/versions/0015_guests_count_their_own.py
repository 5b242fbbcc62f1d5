"""what a guest's calendar is sent counts the changes they were told of alone"""

import sqlalchemy as sa

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("meeting", sa.Column("shared_sequence", sa.Integer(), nullable=False, server_default="0"))
    # Their calendars replace what they hold by a higher number alone.
    op.execute("update meeting set shared_sequence = sequence")


def downgrade() -> None:
    op.drop_column("meeting", "shared_sequence")
