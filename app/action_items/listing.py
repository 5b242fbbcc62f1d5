"""Action items as rows of a list: one query, whatever their number."""

from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, false, func, literal, or_, select
from sqlmodel import col

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.action_items.models import ActionItem, ActionState
from app.escalations.models import Escalation
from app.foundation.clock import today
from app.people.models import Person, Side

PAGE = 50
MOST = 200
NEVER = literal(date.max, Date)  # an action without a date comes last


class Show(StrEnum):
    """The filters of the list, as they stand in its address."""

    open = "open"
    mine = "mine"
    late = "late"
    done = "done"


class ActionRow(NamedTuple):
    id: str
    title: str
    state: ActionState
    due_on: date | None
    proposed_due_on: date | None
    audience: Audience
    created_by_id: str | None
    done_at: datetime | None
    owner_id: str | None
    owner: str | None
    owner_side: Side | None
    key: str

    @property
    def url(self) -> str:
        return f"/escalations/{self.key}/actions/{self.id}"

    @property
    def is_done(self) -> bool:
        return self.state is ActionState.done

    @property
    def is_unanswered(self) -> bool:
        return self.state is ActionState.open and self.owner_id is not None and self.proposed_due_on is None

    @property
    def is_shared(self) -> bool:
        return self.audience is Audience.shared

    def is_late(self, zone: str) -> bool:
        return not self.is_done and self.due_on is not None and self.due_on < today(zone)


class ActionList(NamedTuple):
    rows: list[ActionRow]
    older: str  # the cursor to page on from; empty at the end


def list_actions(session: ViewerSession, escalation: Escalation, show: Show, after: str = "") -> ActionList:
    """The next due first; of those done the last first. Paged by key."""
    query = action_rows().where(col(ActionItem.escalation_id) == escalation.id, _shown(session, show))
    query = _after(query, show, after).limit(PAGE + 1)
    found = read_rows(session, query)
    return ActionList(found[:PAGE], _cursor(found[PAGE - 1], show) if len(found) > PAGE else "")


def count_actions(session: ViewerSession, escalation: Escalation) -> dict[Show, int]:
    columns = [func.count(case((_shown(session, show), 1))).label(show.value) for show in Show]
    query = select(*columns).where(col(ActionItem.escalation_id) == escalation.id, col(ActionItem.removed_at).is_(None))
    return dict(zip(Show, session.execute(query).one(), strict=True))


def open_actions(session: ViewerSession, escalation: Escalation, most: int = MOST) -> list[ActionRow]:
    """What is still to be done, the next due first."""
    found = session.rows(_open(), {"escalation_id": escalation.id, "most": most})
    return [ActionRow(*row) for row in found]


@cache
def _open() -> Any:
    query = action_rows().where(col(ActionItem.escalation_id) == bindparam("escalation_id"), is_open())
    return query.order_by(*by_due()).limit(bindparam("most"))


def overdue_actions(session: ViewerSession, escalation: Escalation) -> list[ActionRow]:
    """Those whose day has passed where the viewer is."""
    query = action_rows().where(col(ActionItem.escalation_id) == escalation.id, _shown(session, Show.late))
    return read_rows(session, query.order_by(*by_due()).limit(MOST))


def asked_of(session: ViewerSession, person_id: str, escalation: Escalation) -> list[ActionRow]:
    """What one person is asked to do here: "what do you need from me"."""
    query = action_rows().where(
        col(ActionItem.escalation_id) == escalation.id, col(ActionItem.owner_id) == person_id, is_open()
    )
    return read_rows(session, query.order_by(*by_due()).limit(MOST))


# What pages across escalations build their own questions from ---------------------------------------------------------


@cache
def action_rows() -> Select[Any]:
    columns: list[Any] = [
        ActionItem.id,
        ActionItem.title,
        ActionItem.state,
        ActionItem.due_on,
        ActionItem.proposed_due_on,
        ActionItem.audience,
        ActionItem.created_by_id,
        ActionItem.done_at,
        ActionItem.owner_id,
        Person.name,
        Person.side,
        Escalation.key,
    ]
    return (
        select(*columns)
        .join(Escalation, col(Escalation.id) == ActionItem.escalation_id)
        .outerjoin(Person, col(Person.id) == ActionItem.owner_id)
        .where(col(ActionItem.removed_at).is_(None))
    )


def read_rows(session: ViewerSession, query: Select[Any]) -> list[ActionRow]:
    return [ActionRow(*row) for row in session.rows(query)]


def is_open() -> ColumnElement[bool]:
    return col(ActionItem.state).in_([ActionState.open, ActionState.accepted])


def by_due() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return func.coalesce(ActionItem.due_on, NEVER), col(ActionItem.id).asc()


def _shown(session: ViewerSession, show: Show) -> ColumnElement[bool]:
    match show:
        case Show.open:
            return is_open()
        case Show.mine:
            mine = session.viewer.person_id
            return and_(is_open(), col(ActionItem.owner_id) == mine) if mine else false()
        case Show.late:
            return and_(is_open(), col(ActionItem.due_on) < today(session.viewer.zone))
        case Show.done:
            return col(ActionItem.state) == ActionState.done


def _after(query: Select[Any], show: Show, cursor: str) -> Select[Any]:
    moment, _, action_id = cursor.partition("_")
    if show is Show.done:
        query = query.order_by(col(ActionItem.done_at).desc(), col(ActionItem.id).desc())
        if (at := _read(datetime, moment)) is None:
            return query
        same = and_(col(ActionItem.done_at) == at, col(ActionItem.id) < action_id)
        return query.where(or_(col(ActionItem.done_at) < at, same))
    due, by_id = by_due()
    query = query.order_by(due, by_id)
    if (on := _read(date, moment)) is None:
        return query
    return query.where(or_(due > on, and_(due == on, col(ActionItem.id) > action_id)))


def _cursor(row: ActionRow, show: Show) -> str:
    moment = row.done_at if show is Show.done else row.due_on or date.max
    return f"{moment.isoformat() if moment else ''}_{row.id}"


def _read(kind: Any, text: str) -> Any:
    """None for a cursor somebody wrote themselves: they get the first page."""
    try:
        read = kind.fromisoformat(text)
    except ValueError:
        return None
    return None if isinstance(read, datetime) and read.tzinfo is None else read
