"""The topics of an escalation, the latest first, each with what is new in it for the viewer."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, func, or_
from sqlmodel import col, select

from app.access.limiting import ME
from app.access.participation import Audience
from app.access.session import ViewerSession
from app.discussion.models import Message, ReadMark, Topic, TopicInside
from app.escalations.models import Escalation

PAGE = 30
COUNTED = 99  # more than this is "99+"


class TopicRow(NamedTuple):
    id: str
    title: str
    audience: Audience
    active_at: datetime
    unread: int

    @property
    def is_shared(self) -> bool:
        return self.audience is Audience.shared

    @property
    def unread_words(self) -> str:
        return f"{COUNTED}+ new" if self.unread > COUNTED else f"{self.unread} new"


def list_topics(
    session: ViewerSession, escalation: Escalation, before: Topic | None = None, count: int = PAGE
) -> tuple[list[TopicRow], str]:
    """A page of topics, and the id to go on with."""
    query, given = _topics(), {ME: session.viewer.person_id, "escalation_id": escalation.id, "count": count + 1}
    if before is not None:
        active = _active_at()
        place = select(active).select_from(Topic).outerjoin(TopicInside, col(TopicInside.topic_id) == Topic.id)
        at = session.exec(place.where(Topic.id == before.id)).one()
        query = query.where(or_(active < at, and_(active == at, col(Topic.id) < before.id)))
    rows = [TopicRow(*row) for row in session.rows(query, given)]
    return rows[:count], rows[count - 1].id if len(rows) > count else ""


@cache
def _topics() -> Any:
    active = _active_at()
    return (
        select(Topic.id, Topic.title, Topic.audience, active, _unread())  # type: ignore[call-overload]
        .outerjoin(TopicInside, col(TopicInside.topic_id) == Topic.id)
        .outerjoin(ReadMark, and_(col(ReadMark.topic_id) == Topic.id, col(ReadMark.person_id) == bindparam(ME)))
        .where(Topic.escalation_id == bindparam("escalation_id"))
        .order_by(active.desc(), col(Topic.id).desc())
        .limit(bindparam("count"))
    )


def _active_at() -> Any:
    """A guest's session sees no row of `TopicInside`, so for them the order follows what is shared alone."""
    shared = func.coalesce(Topic.last_shared_at, Topic.started_at)
    return case(
        (col(TopicInside.last_note_at) > shared, col(TopicInside.last_note_at)),
        else_=shared,
    )


def _unread() -> Any:
    """Others' messages after the mark, counted no further than is shown."""
    after = or_(
        col(ReadMark.last_read_at).is_(None),
        col(Message.sent_at) > ReadMark.last_read_at,
        and_(col(Message.sent_at) == ReadMark.last_read_at, col(Message.id) > ReadMark.last_read_id),
    )
    new = (
        select(Message.id)
        .where(
            Message.topic_id == Topic.id,
            Message.author_id != bindparam(ME),
            col(Message.deleted_at).is_(None),
            after,
        )
        .limit(COUNTED + 1)
        .correlate(Topic, ReadMark)
        .subquery()
    )
    return select(func.count()).select_from(new).correlate(Topic, ReadMark).scalar_subquery()
