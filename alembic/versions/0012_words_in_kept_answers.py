"""the words in kept answers go with their message"""

import json
import re

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = "0012"
down_revision = "0011"
KEPT = (
    "select token_id, key, location, body from kept_answer where location like '%/messages/%' or location like '%/held'"
)
NAMED = "update kept_answer set message_id = :message_id where token_id = :token_id and key = :key"
MESSAGE = re.compile(r"/messages/([^/?]+)$")


def upgrade() -> None:
    with op.batch_alter_table("kept_answer") as table:
        table.add_column(sa.Column("message_id", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True))
        table.create_index("ix_kept_answer_message_id", ["message_id"])
    for token_id, key, location, body in op.get_bind().execute(sa.text(KEPT)).all():
        found = MESSAGE.search(location)
        message_id = found[1] if found else str(json.loads(body).get("id", ""))
        given = {"token_id": token_id, "key": key, "message_id": message_id[:16] or None}
        op.get_bind().execute(sa.text(NAMED), given)


def downgrade() -> None:
    with op.batch_alter_table("kept_answer") as table:
        table.drop_index("ix_kept_answer_message_id")
        table.drop_column("message_id")
