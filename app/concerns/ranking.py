"""The two orders: one of the customer's, shared, and one of ours. Whoever moves takes a turn, so both movers end in one order."""

from datetime import datetime
from typing import Protocol

from sqlmodel import col, func, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.concerns.facts import ConcernRanked, ConcernRankedByUs
from app.concerns.models import Concern, ConcernInside, Order, RankMove
from app.escalations.models import Escalation
from app.foundation.refusals import NotFound, Refused
from app.timeline.recording import record

GAP = 1024
CHANGED = "The order changed while you were moving this. Here it is as it stands now; move it once more."


class Place(Protocol):
    """A concern in one order: its rank there can be read and set."""

    concern: Concern

    @property
    def rank(self) -> int | None: ...

    def put(self, rank: int) -> None: ...


def move_for_customer(session: ViewerSession, escalation: Escalation, moved_id: str, before_id: str) -> None:
    """Before another concern, or to the end when `before_id` is empty."""
    wait_for_turn(session, escalation)
    _move(session, escalation, Order.theirs, _customer_places(session, escalation), moved_id, before_id)


def move_for_us(session: ViewerSession, escalation: Escalation, moved_id: str, before_id: str) -> None:
    wait_for_turn(session, escalation)
    places = _our_places(session, escalation)
    if any(place.rank is None for place in places):
        _spread(places)
    _move(session, escalation, Order.ours, places, moved_id, before_id)


def wait_for_turn(session: ViewerSession, escalation: Escalation) -> None:
    """Movers and raisers of one escalation come one after the other (on SQLite all writers do)."""
    session.exec(select(Escalation.id).where(Escalation.id == escalation.id).with_for_update(key_share=True)).one()


def last_for_customer(session: ViewerSession, escalation: Escalation) -> int:
    """Behind every place ever given, those of withdrawn concerns too, so that coming back is no jostling."""
    with session.seeing_everything():
        last = session.exec(select(func.max(Concern.customer_rank)).where(Concern.escalation_id == escalation.id)).one()
    return (last or 0) + GAP


class _CustomerPlace:
    def __init__(self, session: ViewerSession, concern: Concern) -> None:
        self.concern, self._session = concern, session

    @property
    def rank(self) -> int | None:
        return self.concern.customer_rank

    def put(self, rank: int) -> None:
        self.concern.customer_rank = rank
        self._session.add(self.concern)


class _OurPlace:
    def __init__(self, session: ViewerSession, concern: Concern, inside: ConcernInside | None) -> None:
        self.concern, self._session = concern, session
        self._inside = inside or ConcernInside(concern_id=concern.id, escalation_id=concern.escalation_id)

    @property
    def rank(self) -> int | None:
        return self._inside.our_rank

    def put(self, rank: int) -> None:
        self._inside.our_rank = rank
        self._session.add(self._inside)


def _customer_places(session: ViewerSession, escalation: Escalation) -> list[Place]:
    query = select(Concern).where(Concern.escalation_id == escalation.id, Concern.audience == Audience.shared)
    fresh = query.order_by(col(Concern.customer_rank), col(Concern.id)).execution_options(populate_existing=True)
    return [_CustomerPlace(session, concern) for concern in session.exec(fresh)]


def _our_places(session: ViewerSession, escalation: Escalation) -> list[Place]:
    query = (
        select(Concern, ConcernInside)
        .outerjoin(ConcernInside, col(ConcernInside.concern_id) == Concern.id)
        .where(Concern.escalation_id == escalation.id)
        .execution_options(populate_existing=True)
    )
    places = [_OurPlace(session, concern, inside) for concern, inside in session.exec(query)]
    return sorted(places, key=lambda place: our_key(place.rank, place.concern.raised_at, place.concern.id))


def our_key(rank: int | None, raised_at: datetime, concern_id: str) -> tuple[bool, int, float, str]:
    """Concerns nobody placed yet come last, in the order they were raised."""
    return (rank is None, rank or 0, raised_at.timestamp(), concern_id)


def _move(
    session: ViewerSession, escalation: Escalation, order: Order, places: list[Place], moved_id: str, before_id: str
) -> None:
    """Resolved concerns keep their places between the open ones; positions are counted among the open alone."""
    moved = next((place for place in places if place.concern.id == moved_id), None)
    if moved is None:
        raise NotFound
    if moved_id == before_id:
        return
    others = [place for place in places if place is not moved]
    index = (
        next((n for n, place in enumerate(others) if place.concern.id == before_id), None) if before_id else len(others)
    )
    if index is None or not moved.concern.is_open:
        raise Refused(CHANGED, "moved")
    before, after = _position(places, moved), _position([*others[:index], moved, *others[index:]], moved)
    if before == after:
        return
    _put_between(others, index, moved)
    audience = Audience.shared if order is Order.theirs else Audience.internal
    session.add(
        RankMove(
            escalation_id=escalation.id,
            concern_id=moved_id,
            order=order,
            from_position=before,
            to_position=after,
            moved_by_id=session.viewer.person_id,
            audience=audience,
        )
    )
    fact = ConcernRanked(before=before, after=after)
    ours = ConcernRankedByUs(before=before, after=after)
    record(session, escalation.id, fact if order is Order.theirs else ours, moved.concern, audience)


def _position(places: list[Place], wanted: Place) -> int:
    return [place for place in places if place.concern.is_open].index(wanted) + 1


def _put_between(others: list[Place], index: int, moved: Place) -> None:
    lower = others[index - 1].rank or 0 if index else None
    upper = others[index].rank or 0 if index < len(others) else None
    rank = rank_between(lower, upper)
    if rank is None:
        _spread([*others[:index], moved, *others[index:]])
    else:
        moved.put(rank)


def rank_between(lower: int | None, upper: int | None) -> int | None:
    """A rank that fits; none where the gap is used up and all have to be spread anew."""
    if upper is None:
        return (lower or 0) + GAP
    if lower is None:
        return upper - GAP
    middle = (lower + upper) // 2
    return middle if lower < middle < upper else None


def _spread(places: list[Place]) -> None:
    for number, place in enumerate(places, start=1):
        place.put(number * GAP)
