"""jobs wait in our own table until a worker hands them to DBOS"""

import sqlalchemy as sa

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("arguments", sa.JSON(), nullable=True))
        # Those asked for by the version before are with DBOS already.
        job.add_column(sa.Column("is_handed_over", sa.Boolean(), nullable=False, server_default=sa.true()))
        job.create_index("ix_job_is_handed_over", ["is_handed_over"])


def downgrade() -> None:
    with op.batch_alter_table("job") as job:
        job.drop_index("ix_job_is_handed_over")
        job.drop_column("is_handed_over")
        job.drop_column("arguments")
