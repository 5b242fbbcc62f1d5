"""How the two orders came about: the latest moves in each, as sentences with names."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.concerns.models import Concern, Order, RankMove
from app.concerns.naming import concern_url
from app.escalations.models import Escalation
from app.people.models import Person

LATEST = 12


class Move(NamedTuple):
    by: str
    words: str
    url: str
    before: int
    after: int
    moved_at: datetime


def latest_moves(session: ViewerSession, escalation: Escalation, order: Order) -> list[Move]:
    """Newest first. Moves of a concern the viewer no longer sees are left out with it."""
    columns: list[Any] = [
        Person.name,
        Concern.words,
        Concern.id,
        RankMove.from_position,
        RankMove.to_position,
        RankMove.moved_at,
    ]
    query = (
        select(*columns)
        .select_from(RankMove)
        .join(Concern, col(Concern.id) == RankMove.concern_id)
        .outerjoin(Person, col(Person.id) == RankMove.moved_by_id)
        .where(RankMove.escalation_id == escalation.id, RankMove.order == order)
        .order_by(col(RankMove.moved_at).desc(), col(RankMove.id))
        .limit(LATEST)
    )
    return [
        Move(name or "Somebody", words, concern_url(escalation.key, concern_id), before, after, moved_at)
        for name, words, concern_id, before, after, moved_at in session.exec(query)
    ]
