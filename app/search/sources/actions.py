"""Action items."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.action_items.models import ActionItem
from app.search.documents import Chosen, Document, Group, Which, indexed


@cache
def _actions(which: Which) -> Any:
    query = select(ActionItem).where(col(ActionItem.removed_at).is_(None))
    return which.of(query, col(ActionItem.id))


@indexed("action_item", group=Group.actions, icon="action", label="Action")
def actions(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for (row,) in chosen.read(session, _actions):
        yield Document(
            kind="action_item",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            title=row.title,
            body=row.details,
            happened_at=row.created_at,
        )
