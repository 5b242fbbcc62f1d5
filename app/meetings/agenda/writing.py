"""Items by hand: adding, wording, taking off and putting back, ticking."""

from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.refusals import NotAllowed, Refused
from app.meetings.agenda.finding import items_of
from app.meetings.agenda.placing import put_on_agenda
from app.meetings.facts import (
    AgendaItemAdded,
    AgendaItemDiscussed,
    AgendaItemEdited,
    AgendaItemRemoved,
    AgendaItemReopened,
    AgendaItemRestored,
)
from app.meetings.models import AgendaItem, Meeting
from app.timeline.models import TimelineEntry
from app.timeline.recording import record

MOST_ITEMS = 120


def add_item(
    session: ViewerSession,
    meeting: Meeting,
    title: str,
    *,
    planned_minutes: int | None = None,
    audience: Audience = Audience.internal,
) -> AgendaItem:
    """A guest's item is shared. In a meeting that is not, everything is internal."""
    if meeting.is_cancelled:
        raise Refused("This meeting is cancelled. Put it back on the calendar first.", "title")
    wanted = Audience.shared if session.viewer.is_guest else audience
    item = AgendaItem(
        escalation_id=meeting.escalation_id,
        meeting_id=meeting.id,
        position=0,
        title=title,
        planned_minutes=planned_minutes,
        added_by_id=session.viewer.person_id,
        audience=wanted if meeting.is_shared else Audience.internal,
    )
    put_on_agenda(session, item)
    if len(items_of(session, meeting)) > MOST_ITEMS:  # of those this viewer sees: nobody can count the others by it
        raise Refused("This agenda is full. Plan a second meeting for the rest.", "title")
    record(session, meeting.escalation_id, AgendaItemAdded(), item, item.audience)
    return item


def edit_item(session: ViewerSession, item: AgendaItem, title: str, planned_minutes: int | None) -> None:
    _theirs_to_change(session, item)
    if (title, planned_minutes) == (item.title, item.planned_minutes):
        return
    item.title, item.planned_minutes = title, planned_minutes
    session.add(item)
    record(session, item.escalation_id, AgendaItemEdited(), item, item.audience)


def remove_item(session: ViewerSession, item: AgendaItem) -> None:
    """Its notes stay with it and come back with it."""
    _theirs_to_change(session, item)
    item.removed_at = now()
    session.add(item)
    record(session, item.escalation_id, AgendaItemRemoved(), item, item.audience)


def restore_item(session: ViewerSession, item: AgendaItem) -> None:
    """A guest brings back what they took off themselves, and nothing that was withdrawn from them."""
    _theirs_to_change(session, item)
    if session.viewer.is_guest and _taken_off_by(session, item) != session.viewer.person_id:
        raise NotAllowed("This was taken off by somebody else. Ask them to put it back.")
    item.removed_at = None
    session.add(item)
    record(session, item.escalation_id, AgendaItemRestored(), item, item.audience)


def tick(session: ViewerSession, item: AgendaItem) -> None:
    if item.is_discussed:
        return
    item.discussed_at = now()
    session.add(item)
    record(session, item.escalation_id, AgendaItemDiscussed(), item, item.audience)


def untick(session: ViewerSession, item: AgendaItem) -> None:
    if not item.is_discussed:
        return
    item.discussed_at = None
    session.add(item)
    record(session, item.escalation_id, AgendaItemReopened(), item, item.audience)


def may_change_item(session: ViewerSession, item: AgendaItem) -> bool:
    """Our people; and the guest who added it, until it was discussed."""
    viewer = session.viewer
    return viewer.is_staff or (item.added_by_id == viewer.person_id and not item.is_discussed)


def _theirs_to_change(session: ViewerSession, item: AgendaItem) -> None:
    if not may_change_item(session, item):
        raise NotAllowed("Only who added this item, or the team, can change it.")


def _taken_off_by(session: ViewerSession, item: AgendaItem) -> str | None:
    told = select(TimelineEntry.actor_id).where(
        TimelineEntry.subject_id == item.id, TimelineEntry.kind == AgendaItemRemoved.kind
    )
    return session.exec(told.order_by(col(TimelineEntry.number).desc()).limit(1)).first()
