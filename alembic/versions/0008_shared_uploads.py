"""shared uploads"""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("upload") as table:
        table.add_column(sa.Column("multipart_id", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("stored", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(
            sa.Column("held_by", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False, server_default="")
        )
        table.add_column(sa.Column("held_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("upload") as table:
        for name in ("held_until", "held_by", "stored", "multipart_id"):
            table.drop_column(name)
