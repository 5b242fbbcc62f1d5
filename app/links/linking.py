"""Linking two records, and asking where one came from and what it led to."""

from typing import NamedTuple

from sqlmodel import SQLModel, col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.foundation.refusals import NotFound
from app.links.models import Link
from app.timeline.describing import describe


class Linked(NamedTuple):
    """The other end of a link, as this viewer may know it."""

    kind: str
    id: str
    title: str
    url: str


def link(
    session: ViewerSession,
    escalation_id: str,
    from_row: SQLModel,
    to_row: SQLModel,
    audience: Audience = Audience.internal,
) -> Link:
    """Linking twice is linking once; a link that was internal may so become shared, never the other way round."""
    if {_escalation_of(from_row), _escalation_of(to_row)} != {escalation_id}:
        raise NotFound
    ends = (_kind(from_row), _id(from_row), _kind(to_row), _id(to_row))
    found = session.exec(
        select(Link).where(
            Link.from_kind == ends[0], Link.from_id == ends[1], Link.to_kind == ends[2], Link.to_id == ends[3]
        )
    ).first()
    made = found or Link(
        escalation_id=escalation_id,
        from_kind=ends[0],
        from_id=ends[1],
        to_kind=ends[2],
        to_id=ends[3],
        linked_by_id=session.viewer.person_id,
        audience=audience,
    )
    if audience is Audience.shared:
        made.audience = audience
    session.add(made)
    session.flush()
    return made


def link_to(
    session: ViewerSession, escalation_id: str, from_kind: str, from_id: str, to_row: SQLModel, audience: Audience
) -> None:
    """For a beginning known by kind and id alone, which its finder has looked up in this escalation."""
    session.add(
        Link(
            escalation_id=escalation_id,
            from_kind=from_kind,
            from_id=from_id,
            to_kind=_kind(to_row),
            to_id=_id(to_row),
            linked_by_id=session.viewer.person_id,
            audience=audience,
        )
    )


def led_to(session: ViewerSession, row: SQLModel) -> list[Linked]:
    """What came of it. What the viewer may not see is not there."""
    ends = select(Link.to_kind, Link.to_id).where(Link.from_kind == _kind(row), Link.from_id == _id(row))
    return _described(session, list(session.exec(ends.order_by(col(Link.linked_at), Link.id))))


def came_from(session: ViewerSession, row: SQLModel) -> list[Linked]:
    """What it was made from. What the viewer may not see is not there."""
    ends = select(Link.from_kind, Link.from_id).where(Link.to_kind == _kind(row), Link.to_id == _id(row))
    return _described(session, list(session.exec(ends.order_by(col(Link.linked_at), Link.id))))


def _described(session: ViewerSession, ends: list[tuple[str, str]]) -> list[Linked]:
    known = describe(session, ends)
    return [Linked(*end, known[end].title, known[end].url) for end in dict.fromkeys(map(tuple, ends)) if end in known]


def _kind(row: SQLModel) -> str:
    return str(row.__tablename__)


def _id(row: SQLModel) -> str:
    return str(row.id)  # type: ignore[attr-defined]


def _escalation_of(row: SQLModel) -> str:
    return _id(row) if _kind(row) == "escalation" else str(getattr(row, "escalation_id", ""))
