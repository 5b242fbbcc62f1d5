"""Which entries of the index fit, for one reader: whole words first, and the last one as a beginning where they are few."""

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import bindparam, literal, or_, select
from sqlmodel import col

from app.access.limiting import ME
from app.access.policy import READER
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.search.index import Form, Scope, SearchIndex, WeighsAgainstAll
from app.search.words import Words

MOST = 1000  # only this many of the newest are counted and ranked, so that the commonest word costs no more than a rare one
FEW = 21  # of whole words, below which the last one is also taken for a beginning: one more than a page holds
WEIGHED = 300  # of a word that is found more than MOST times; the others follow by time
ONWARDS = 101  # a page that was filled up five times, and whether it goes on


class Sorting(StrEnum):
    best = "best"
    newest = "newest"


class Place(NamedTuple):
    """How far a reader has come, and whether they are led through whole words alone."""

    number: int
    score: float = 0.0
    is_whole: bool = False

    @property
    def rest(self) -> str:
        """All but the number."""
        return f"{self.score!r}~whole" if self.is_whole else repr(self.score)


def read_place(number: str, rest: str) -> Place | None:
    """None for what was not given out here."""
    score, _, whole = rest.partition("~")
    try:
        place = Place(int(number[:20]), float(score or 0), whole == "whole")
    except ValueError:
        return None
    return place if 0 <= place.number < 1 << 63 and math.isfinite(place.score) else None


def look_up(
    session: ViewerSession, index: SearchIndex, words: Words, scope: Scope, sorting: Sorting, after: Place | None
) -> tuple[Words, Sequence[Place]]:
    """The words that were looked for in the end, and where they were found, in order. For a beginning the index gathers
    every text with any word that begins so, before it gives the first; so whole words come first."""
    if words.unfinished and (after is None or after.is_whole):
        places = _places(session, index, words.whole, scope, sorting, after, is_whole=True)
        if after is not None or len(places) >= FEW:
            return words.whole, places
    return words, _places(session, index, words, scope, sorting, after)


def _places(
    session: ViewerSession,
    index: SearchIndex,
    words: Words,
    scope: Scope,
    sorting: Sorting,
    after: Place | None,
    is_whole: bool = False,
) -> Sequence[Place]:
    form, is_guest = index.form_of(words, scope), session.viewer.is_guest
    given = {**index.given(words, scope), ME: session.viewer.person_id, "most": MOST}
    if sorting is Sorting.best:
        ranked = sorted(_ranked(session, index, words, scope, given), key=itemgetter(1))
        places = [Place(number, score, is_whole) for number, score in ranked]
        return [one for one in places if (one.score, -one.number) > (after.score, -after.number)] if after else places
    if after is not None:
        given |= {"before": after.number, "most": ONWARDS}
    found = session.rows(_newest(index, form, is_guest, goes_on=after is not None), given)
    return [Place(number, score, is_whole) for number, score in found]


def _ranked(
    session: ViewerSession, index: SearchIndex, words: Words, scope: Scope, given: Mapping[str, Any]
) -> Sequence[tuple[int, float]]:
    """Numbers with their scores, newest first. Where the database would weigh a word against every text that has it, one
    that is found more often than we look is weighed by the texts themselves: against itself it would weigh the same."""
    form, is_guest = index.form_of(words, scope), session.viewer.is_guest
    if words.is_one and isinstance(index, WeighsAgainstAll):
        numbers = [number for number, _ in session.rows(_newest(index, form, is_guest), given)]
        if len(numbers) == MOST:
            scores = index.weigh(session, numbers[:WEIGHED], words, scope)
            return [(number, scores.get(number, 0.0)) for number in numbers]
    return [(number, score) for number, score in session.rows(_newest(index, form, is_guest, is_ranked=True), given)]


@cache
def _newest(index: SearchIndex, form: Form, is_guest: bool, *, is_ranked: bool = False, goes_on: bool = False) -> Any:
    """The join with the escalation makes the viewer's session limit the statement to what they may see of those."""
    table = index.table.c
    query: Any = select(index.number, index.score(form) if is_ranked else literal(0.0)).select_from(index.table)
    if form.is_joined or is_guest:
        query = query.join(Escalation, col(Escalation.id) == table.escalation_id)
    query = query.where(index.matches(form)).order_by(index.number.desc()).limit(bindparam("most"))
    if goes_on:
        query = query.where(index.number < bindparam("before"))
    if is_guest:
        mine = select(READER.c.group_id).where(READER.c.person_id == bindparam(ME))
        query = query.where(or_(table.reader_group_id.is_(None), table.reader_group_id.in_(mine)))
    return query
