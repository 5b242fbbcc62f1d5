"""An agenda that writes itself: what came up again and again, open concerns in our order, what was left over, what is late."""

from typing import NamedTuple

from sqlmodel import col, or_, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.action_items.listing import overdue_actions
from app.concerns.rows import open_concerns_in_our_order
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.meetings.agenda.finding import items_of, unfinished
from app.meetings.agenda.placing import put_on_agenda
from app.meetings.facts import AgendaComposed
from app.meetings.models import ITEM_TITLE, AgendaItem, Meeting, MeetingState, Origin
from app.timeline.recording import record

RISES_AFTER = 2  # carried so often, an item comes first


class Wanted(NamedTuple):
    """Something that belongs on the agenda. `is_open` says whether the customer may read it."""

    kind: Origin
    origin_id: str
    title: str
    is_open: bool
    carried: AgendaItem | None = None

    @property
    def times_carried(self) -> int:
        return self.carried.times_carried + 1 if self.carried else 0


def compose(session: ViewerSession, escalation: Escalation, meeting: Meeting) -> int:
    """Adds what is missing and touches nothing that is there. Answers how many were added."""
    before = unfinished_last_time(session, meeting)
    wanted = [*_concerns(session, escalation, before), *_left_over(before), *_late_actions(session, escalation, before)]
    risen = [one for one in wanted if one.times_carried >= RISES_AFTER]
    there = {_same(item) for item in _ever_on(session, meeting)}
    added: list[AgendaItem] = []
    for one in [*risen, *(one for one in wanted if one not in risen)]:
        if (one.kind, one.origin_id) not in there:
            added.append(_put(session, meeting, one))
    if added:
        audience = Audience.shared if any(item.is_shared for item in added) else Audience.internal
        record(session, escalation.id, AgendaComposed(), meeting, audience)
    return len(added)


def unfinished_last_time(session: ViewerSession, meeting: Meeting) -> list[AgendaItem]:
    """Of the last meeting before this one that is over; what that one left over from earlier ones is among it."""
    over = or_(col(Meeting.state) == MeetingState.ended, col(Meeting.ends_at) < now())
    last = session.exec(
        select(Meeting)
        .where(
            Meeting.escalation_id == meeting.escalation_id,
            Meeting.id != meeting.id,
            col(Meeting.starts_at) < meeting.starts_at,
            Meeting.state != MeetingState.cancelled,
            over,
        )
        .order_by(col(Meeting.starts_at).desc())
        .limit(1)
    ).first()
    return unfinished(items_of(session, last)) if last else []


def _concerns(session: ViewerSession, escalation: Escalation, before: list[AgendaItem]) -> list[Wanted]:
    return [
        Wanted(
            Origin.concern, concern.id, concern.words, concern.is_shared, _carried(before, Origin.concern, concern.id)
        )
        for concern, _ in open_concerns_in_our_order(session, escalation)
    ]


def _left_over(before: list[AgendaItem]) -> list[Wanted]:
    """Written by hand. What came from a concern or an action comes back by itself as long as that is open or late."""
    hand = [item for item in before if item.origin_kind not in (Origin.concern, Origin.action_item)]
    return [Wanted(Origin.agenda_item, item.id, item.title, item.is_shared, item) for item in hand]


def _late_actions(session: ViewerSession, escalation: Escalation, before: list[AgendaItem]) -> list[Wanted]:
    return [
        Wanted(Origin.action_item, row.id, row.title, row.is_shared, _carried(before, Origin.action_item, row.id))
        for row in overdue_actions(session, escalation)
    ]


def _carried(before: list[AgendaItem], kind: Origin, origin_id: str) -> AgendaItem | None:
    return next((item for item in before if (item.origin_kind, item.origin_id) == (kind, origin_id)), None)


def _ever_on(session: ViewerSession, meeting: Meeting) -> list[AgendaItem]:
    """Those that were taken off too: nobody has to take the same thing off twice."""
    return list(session.exec(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id)))


def _same(item: AgendaItem) -> tuple[Origin | None, str | None]:
    return item.origin_kind, item.origin_id


def _put(session: ViewerSession, meeting: Meeting, one: Wanted) -> AgendaItem:
    """Internal unless the meeting is shared already and what it was composed of is, too."""
    return put_on_agenda(
        session,
        AgendaItem(
            escalation_id=meeting.escalation_id,
            meeting_id=meeting.id,
            position=0,
            title=one.title[:ITEM_TITLE],
            origin_kind=one.kind,
            origin_id=one.origin_id,
            planned_minutes=one.carried.planned_minutes if one.carried else None,
            carried_from_id=one.carried.id if one.carried else None,
            times_carried=one.times_carried,
            audience=Audience.shared if meeting.is_shared and one.is_open else Audience.internal,
        ),
    )
