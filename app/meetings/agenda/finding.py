"""The items of one agenda, in their order, and one of them by its id."""

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.refusals import NotFound
from app.meetings.models import AgendaItem, Meeting


def items_of(session: ViewerSession, meeting: Meeting) -> list[AgendaItem]:
    query = select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, col(AgendaItem.removed_at).is_(None))
    return list(session.exec(query.order_by(col(AgendaItem.position), col(AgendaItem.id))))


def find_item(session: ViewerSession, meeting: Meeting, item_id: str, *, removed: bool = False) -> AgendaItem:
    gone = col(AgendaItem.removed_at)
    found = session.exec(
        select(AgendaItem).where(
            AgendaItem.id == item_id,
            AgendaItem.meeting_id == meeting.id,
            AgendaItem.escalation_id == meeting.escalation_id,
            gone.is_not(None) if removed else gone.is_(None),
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def unfinished(items: list[AgendaItem]) -> list[AgendaItem]:
    return [item for item in items if not item.is_discussed]
