"""the search index"""

from alembic import op
from app.search import schema

revision = "0002"
down_revision = "0001"

# What happened before there was an index is looked at once more, by the reader that fills it.
FILL = """
insert into errand (entry_id, reader, created_at, tries, not_before)
select id, 'search', occurred_at, 0, occurred_at from timeline_entry
where id not in (select entry_id from errand where reader = 'search')
"""


def upgrade() -> None:
    schema.create(op.get_bind())
    op.execute(FILL)


def downgrade() -> None:
    schema.drop(op.get_bind())
