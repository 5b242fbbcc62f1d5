"""Meetings as rows of a list, the next one, and what the overview of an escalation shows of them."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlmodel import col

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.cursors import cursor_at, go_on
from app.meetings.models import Invitation, Meeting, MeetingState
from app.meetings.moments import elsewhere, in_zone
from app.meetings.naming import meeting_url
from app.people.models import Customer

PAGE = 50
MOST = 200
SHOWN = 3
LATE_START = timedelta(hours=2)  # a planned meeting nobody started stays among the coming ones this long


class MeetingRow(NamedTuple):
    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    state: MeetingState
    audience: Audience
    place: str
    link: str
    key: str
    escalation_title: str
    zone: str
    other_zone: str

    @property
    def when(self) -> str:
        return in_zone(self, self.zone)

    @property
    def when_there(self) -> str:
        return elsewhere(self, self.other_zone, self.zone)

    @property
    def url(self) -> str:
        return meeting_url(self.key, self.id)

    @property
    def is_shared(self) -> bool:
        return self.audience is Audience.shared

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


class MeetingList(NamedTuple):
    rows: list[MeetingRow]
    older: str  # the moment to page on from; empty at the end


class MeetingPanel(NamedTuple):
    rows: list[MeetingRow]

    @property
    def next(self) -> MeetingRow | None:
        return self.rows[0] if self.rows else None


def coming(session: ViewerSession, escalation: Escalation, most: int = MOST) -> list[MeetingRow]:
    """The next first; one that runs stays until somebody ends it."""
    return _read(session, _coming(), {"escalation_id": escalation.id, "late": now() - LATE_START, "most": most})


@cache
def _coming() -> Any:
    query = _rows().where(col(Meeting.escalation_id) == bindparam("escalation_id"), is_coming(bindparam("late")))
    return query.order_by(col(Meeting.starts_at), col(Meeting.id)).limit(bindparam("most"))


def past(session: ViewerSession, escalation: Escalation, before: str = "") -> MeetingList:
    query = _rows().where(col(Meeting.escalation_id) == escalation.id, ~is_coming())
    return _paged(session, query, before)


def next_meeting(session: ViewerSession, escalation: Escalation) -> MeetingRow | None:
    return next(iter(coming(session, escalation, 1)), None)


def panel(session: ViewerSession, escalation: Escalation) -> MeetingPanel:
    """One query. Include `meetings/_panel.html` with this as `meetings`."""
    return MeetingPanel(coming(session, escalation, SHOWN))


def my_coming(session: ViewerSession) -> list[MeetingRow]:
    """Those the viewer is invited to, in all escalations they see."""
    query = _mine(session).where(is_coming(), col(Escalation.closed_at).is_(None))
    return _read(session, query.order_by(col(Meeting.starts_at), col(Meeting.id)).limit(MOST))


def my_past(session: ViewerSession, before: str = "") -> MeetingList:
    return _paged(session, _mine(session).where(~is_coming()), before)


@cache
def _rows() -> Select[Any]:
    columns: list[Any] = [
        Meeting.id,
        Meeting.title,
        Meeting.starts_at,
        Meeting.ends_at,
        Meeting.state,
        Meeting.audience,
        Meeting.place,
        Meeting.link,
        Escalation.key,
        Escalation.title,
        Meeting.zone,
        Customer.time_zone,
    ]
    return (
        select(*columns)
        .join(Escalation, col(Escalation.id) == Meeting.escalation_id)
        .join(Customer, col(Customer.id) == Escalation.customer_id)
    )


def _mine(session: ViewerSession) -> Select[Any]:
    return _rows().join(
        Invitation,
        and_(col(Invitation.meeting_id) == Meeting.id, col(Invitation.person_id) == session.viewer.person_id),
    )


def is_coming(late: Any = None) -> Any:
    """One that runs stays until somebody ends it, and one that nobody started for a while."""
    late = now() - LATE_START if late is None else late
    waiting = and_(col(Meeting.state) == MeetingState.planned, col(Meeting.ends_at) > late)
    return or_(col(Meeting.state) == MeetingState.running, waiting)


def _paged(session: ViewerSession, query: Select[Any], before: str) -> MeetingList:
    found = _read(session, go_on(query, col(Meeting.starts_at), col(Meeting.id), before).limit(PAGE + 1))
    last = found[PAGE - 1] if len(found) > PAGE else None
    return MeetingList(found[:PAGE], cursor_at(last.starts_at, last.id) if last else "")


def _read(session: ViewerSession, query: Select[Any], given: dict[str, Any] | None = None) -> list[MeetingRow]:
    """Both clocks: the viewer's own, and that of the other side."""
    mine, is_guest = session.viewer.zone, session.viewer.is_guest
    return [
        MeetingRow(*row[:10], zone=mine, other_zone=row[10] if is_guest else row[11])  # type: ignore[misc]
        for row in session.rows(query, given)
    ]
