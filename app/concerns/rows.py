"""Concerns as rows of a list: one statement for the open ones, whatever their number, and both orders counted here."""

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.concerns.models import CUSTOMER_WORDS, IS_THERE, Concern, ConcernInside, CustomerWord, WorkState, colour_of
from app.concerns.naming import concern_url
from app.concerns.ranking import our_key
from app.escalations.models import Escalation
from app.foundation.cursors import cursor_at, go_on
from app.people.models import Person

PAGE = 50


class ConcernRow(NamedTuple):
    """What a reader's list says of one concern. Guests' sessions see no order of ours, so `ours` is absent there."""

    id: str
    url: str
    words: str
    customer_word: CustomerWord
    available_on: date | None
    owner: str
    audience: Audience
    resolved_at: datetime | None
    theirs: int | None
    ours: int | None
    state: WorkState | None

    @property
    def is_shared(self) -> bool:
        return self.audience is Audience.shared

    @property
    def word(self) -> str:
        return CUSTOMER_WORDS[self.customer_word]

    @property
    def word_colour(self) -> str:
        return colour_of(self.customer_word)

    @property
    def is_there(self) -> bool:
        return self.customer_word in IS_THERE

    @property
    def apart(self) -> int:
        """How many places lower (above 0) or higher (below 0) it stands with us than with the customer."""
        return self.ours - self.theirs if self.ours and self.theirs else 0


class ConcernRows(NamedTuple):
    """The open concerns as this viewer sees them."""

    rows: list[ConcernRow]

    @property
    def in_their_order(self) -> list[ConcernRow]:
        return sorted((row for row in self.rows if row.theirs), key=lambda row: row.theirs or 0)

    @property
    def in_our_order(self) -> list[ConcernRow]:
        return sorted((row for row in self.rows if row.ours), key=lambda row: row.ours or 0)

    @property
    def not_shared(self) -> list[ConcernRow]:
        """Internal ones have no place in the customer's order."""
        return [row for row in self.in_our_order if not row.is_shared]


class ResolvedRows(NamedTuple):
    rows: list[ConcernRow]
    older: str  # the key to page on from; empty at the end


def panel(session: ViewerSession, escalation: Escalation) -> ConcernRows:
    found = session.rows(_open(), {"escalation_id": escalation.id})
    theirs = _places(sorted((row for row in found if row.audience is Audience.shared), key=_their_key))
    ours = {} if session.viewer.is_guest else _places(sorted(found, key=_our_key))
    return ConcernRows([_row(row, escalation, theirs.get(row.id), ours.get(row.id)) for row in found])


def resolved(session: ViewerSession, escalation: Escalation, before: str = "") -> ResolvedRows:
    """Latest first, by key."""
    query = _rows().where(col(Concern.resolved_at).is_not(None))
    latest = go_on(query, col(Concern.resolved_at), col(Concern.id), before).limit(PAGE + 1)
    found = session.rows(latest, {"escalation_id": escalation.id})
    rows = [_row(row, escalation, None, None) for row in found[:PAGE]]
    last = rows[-1] if len(found) > PAGE else None
    return ResolvedRows(rows, cursor_at(last.resolved_at, last.id) if last and last.resolved_at else "")


def open_concerns_in_our_order(session: ViewerSession, escalation: Escalation) -> list[tuple[Concern, int]]:
    """Each with its place: in our order for our people, in the customer's own for their people."""
    rows = panel(session, escalation)
    places = {row.id: row.theirs if session.viewer.is_guest else row.ours for row in rows.rows}
    concerns = session.exec(select(Concern).where(col(Concern.id).in_(places), Concern.escalation_id == escalation.id))
    placed = [(concern, place) for concern in concerns if (place := places[concern.id])]
    return sorted(placed, key=lambda pair: pair[1])


@cache
def _open() -> Any:
    return _rows().where(col(Concern.resolved_at).is_(None))


@cache
def _rows() -> Any:
    columns: list[Any] = [
        Concern.id,
        Concern.words,
        Concern.customer_word,
        Concern.available_on,
        Person.name.label("owner"),  # type: ignore[attr-defined]
        Concern.audience,
        Concern.resolved_at,
        Concern.raised_at,
        Concern.customer_rank,
        ConcernInside.our_rank,
        ConcernInside.state,
    ]
    return (
        select(*columns)
        .select_from(Concern)
        .outerjoin(Person, col(Person.id) == Concern.owner_id)
        .outerjoin(ConcernInside, col(ConcernInside.concern_id) == Concern.id)
        .where(Concern.escalation_id == bindparam("escalation_id"))
    )


def _row(row: Any, escalation: Escalation, theirs: int | None, ours: int | None) -> ConcernRow:
    return ConcernRow(
        id=row.id,
        url=concern_url(escalation.key, row.id),
        words=row.words,
        customer_word=row.customer_word,
        available_on=row.available_on,
        owner=row.owner or "",
        audience=row.audience,
        resolved_at=row.resolved_at,
        theirs=theirs,
        ours=ours,
        state=row.state,
    )


def _their_key(row: Any) -> tuple[int, str]:
    return (row.customer_rank or 0, row.id)


def _our_key(row: Any) -> tuple[bool, int, float, str]:
    return our_key(row.our_rank, row.raised_at, row.id)


def _places(rows: list[Any]) -> dict[str, int]:
    return {row.id: place for place, row in enumerate(rows, start=1)}
