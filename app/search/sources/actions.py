"""Action items."""

from collections.abc import Iterator

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.action_items.models import ActionItem
from app.search.documents import Document, Group, indexed


@indexed("action_item", group=Group.actions, icon="action", label="Action")
def actions(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    query = select(ActionItem).where(col(ActionItem.removed_at).is_(None))
    if ids is not None:
        query = query.where(col(ActionItem.id).in_(ids))
    for row in session.exec(query):
        yield Document(
            kind="action_item",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            title=row.title,
            body=row.details,
            happened_at=row.created_at,
        )
