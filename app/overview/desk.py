"""My desk: what is mine and what is late, across the escalations I am in."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlmodel import col

from app.access.limiting import ME
from app.access.session import ViewerSession
from app.action_items.listing import ActionRow, action_rows, by_due, is_open
from app.action_items.models import ActionItem, ActionState
from app.discussion.models import Message, ReadMark, Topic, TopicInside
from app.discussion.naming import topic_url
from app.escalations.models import Escalation, EscalationInside, Health
from app.foundation.clock import now, today
from app.meetings.listing import is_coming
from app.meetings.models import Invitation, Meeting, MeetingState
from app.overview.participating import mine, still_open
from app.people.models import Customer

MOST = 100
FEW = 6
WEEK = timedelta(days=7)


class Task(NamedTuple):
    """An action with my name."""

    row: ActionRow
    health: Health | None

    @property
    def on(self) -> date | None:
        return self.row.due_on


class UpdateDue(NamedTuple):
    """A customer who hears from us next."""

    key: str
    customer: str
    due_at: datetime
    health: Health | None
    zone: str

    @property
    def on(self) -> date | None:
        return self.due_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def url(self) -> str:
        return f"/escalations/{self.key}"


class MeetingSoon(NamedTuple):
    id: str
    title: str
    key: str
    starts_at: datetime
    ends_at: datetime
    state: MeetingState

    @property
    def is_now(self) -> bool:
        return self.state is MeetingState.running or self.starts_at <= now() < self.ends_at

    @property
    def url(self) -> str:
        return f"/escalations/{self.key}/meetings/{self.id}"


class Unread(NamedTuple):
    title: str
    key: str
    url: str


class Desk(NamedTuple):
    late: list[Task | UpdateDue]
    today: list[Task | UpdateDue]
    week: list[Task | UpdateDue]
    later: list[Task | UpdateDue]
    decisions: list[ActionRow]  # a date proposed to me, or an action that has no owner any more
    waiting: list[ActionRow]  # asked by me, with others
    meetings: list[MeetingSoon]
    unread: list[Unread]

    @property
    def is_empty(self) -> bool:
        return not (self.late or self.today or self.week or self.later or self.decisions or self.meetings)


def desk_of(session: ViewerSession) -> Desk:
    """Six statements, whatever there is."""
    due: list[Task | UpdateDue] = [*_updates(session), *_tasks(session)]
    this_day = today(session.viewer.zone)
    asked = _asked_by_me(session)
    return Desk(
        late=[one for one in due if _is_late(one, this_day)],
        today=[one for one in due if one.on == this_day and not _is_late(one, this_day)],
        week=[one for one in due if one.on and this_day < one.on <= this_day + WEEK],
        later=[one for one in due if one.on is None or one.on > this_day + WEEK],
        decisions=[row for row in asked if _is_for_me(row)],
        waiting=[row for row in asked if not _is_for_me(row) and row.owner_id][:FEW],
        meetings=_meetings(session),
        unread=_unread(session),
    )


def due_count() -> Any:
    """My actions of today and the late ones, as part of a statement: the number beside "My desk"."""
    due = select(func.count(col(ActionItem.id))).where(
        col(ActionItem.owner_id) == bindparam(ME),
        is_open(),
        col(ActionItem.removed_at).is_(None),
        col(ActionItem.due_on) <= bindparam("today"),
    )
    return due.scalar_subquery()


def _tasks(session: ViewerSession) -> list[Task]:
    query = (
        action_rows()
        .add_columns(col(EscalationInside.health))
        .outerjoin(EscalationInside, col(EscalationInside.escalation_id) == ActionItem.escalation_id)
        .where(col(ActionItem.owner_id) == session.viewer.person_id, is_open(), still_open())
    )
    return [Task(ActionRow(*row[:-1]), row[-1]) for row in session.execute(query.order_by(*by_due()).limit(MOST))]


def _updates(session: ViewerSession) -> list[UpdateDue]:
    columns: list[Any] = [Escalation.key, Customer.name, Escalation.next_update_due_at, EscalationInside.health]
    query = (
        select(*columns)
        .join(Customer, col(Customer.id) == Escalation.customer_id)
        .outerjoin(EscalationInside, col(EscalationInside.escalation_id) == Escalation.id)
        .where(or_(col(Escalation.owner_id) == session.viewer.person_id, col(Escalation.id).in_(mine(session.viewer))))
        .where(still_open(), col(Escalation.next_update_due_at) < now() + WEEK)
    )
    rows = session.execute(query.order_by(col(Escalation.next_update_due_at)).limit(MOST))
    return [UpdateDue(key, customer, due_at, health, session.viewer.zone) for key, customer, due_at, health in rows]


def _asked_by_me(session: ViewerSession) -> Sequence[ActionRow]:
    """What I asked of others; and, of the escalations I own, what waits for a decision or an owner."""
    me = session.viewer.person_id
    owned = select(col(Escalation.id)).where(col(Escalation.owner_id) == me)  # either side of the OR has its index
    open_question = or_(col(ActionItem.proposed_due_on).is_not(None), col(ActionItem.owner_id).is_(None))
    query = action_rows().where(
        is_open(),
        still_open(),
        or_(col(ActionItem.owner_id).is_(None), col(ActionItem.owner_id) != me),
        or_(col(ActionItem.created_by_id) == me, and_(col(ActionItem.escalation_id).in_(owned), open_question)),
    )
    return [ActionRow(*row) for row in session.execute(query.order_by(*by_due()).limit(MOST))]


def _meetings(session: ViewerSession) -> list[MeetingSoon]:
    zone = ZoneInfo(session.viewer.zone)
    start = datetime.combine(today(session.viewer.zone), datetime.min.time(), zone)
    runs, two_days = col(Meeting.state) == MeetingState.running, timedelta(days=2)
    invited = select(col(Invitation.meeting_id)).where(col(Invitation.person_id) == session.viewer.person_id)
    columns: list[Any] = [Meeting.id, Meeting.title, Escalation.key, Meeting.starts_at, Meeting.ends_at, Meeting.state]
    query = (
        select(*columns)
        .join(Escalation, col(Escalation.id) == Meeting.escalation_id)
        .where(or_(col(Meeting.id).in_(invited), col(Meeting.escalation_id).in_(mine(session.viewer))))
        .where(is_coming(), or_(runs, and_(col(Meeting.starts_at) >= start, col(Meeting.starts_at) < start + two_days)))
    )
    found = [MeetingSoon(*row) for row in session.execute(query.order_by(col(Meeting.starts_at)).limit(FEW * 2))]
    return sorted(found, key=lambda one: not one.is_now)


def _unread(session: ViewerSession) -> list[Unread]:
    """Topics of my escalations in which others wrote something after what I read."""
    me, read = session.viewer.person_id, col(ReadMark.last_read_at)
    newest = func.coalesce(Topic.last_shared_at, TopicInside.last_note_at, Topic.started_at)
    news = exists().where(
        col(Message.topic_id) == Topic.id,
        col(Message.author_id) != me,
        col(Message.deleted_at).is_(None),
        or_(read.is_(None), col(Message.sent_at) > read),
    )
    columns: list[Any] = [Topic.id, Topic.title, Escalation.key]
    query = (
        select(*columns)
        .join(Escalation, col(Escalation.id) == Topic.escalation_id)
        .outerjoin(TopicInside, col(TopicInside.topic_id) == Topic.id)
        .outerjoin(ReadMark, and_(col(ReadMark.topic_id) == Topic.id, col(ReadMark.person_id) == me))
        .where(col(Topic.escalation_id).in_(mine(session.viewer)), still_open(), news)
    )
    rows = session.execute(query.order_by(newest.desc()).limit(FEW))
    return [Unread(title, key, topic_url(key, topic_id)) for topic_id, title, key in rows]


def _is_late(one: Task | UpdateDue, this_day: date) -> bool:
    if isinstance(one, UpdateDue):
        return one.due_at < now()
    return one.on is not None and one.on < this_day


def _is_for_me(row: ActionRow) -> bool:
    return row.proposed_due_on is not None or (row.owner_id is None and row.state is ActionState.open)
