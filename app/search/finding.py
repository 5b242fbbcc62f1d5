"""Looks words up for somebody. The index answers with ids; what is shown comes through the reader's own session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import exists, select
from sqlmodel import col

from app.access.participation import Audience
from app.access.policy import RESTRICTION
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.search.documents import SOURCES, Chosen, Document, Group, Source, Which, kinds_of
from app.search.index import END, HIT, Entry, Scope, SearchIndex, moment_of
from app.search.indexing import index_of
from app.search.looking_up import MOST, Place, Sorting, look_up
from app.search.schema import INTERNAL, SHARED
from app.search.unmarking import unmarked
from app.search.words import Words
from app.timeline.describing import Described, describe

PAGE = 20
ROUNDS = 5  # a page is filled up this often when rows turn out to be gone
TOKENED = 500  # escalations that are named in the match; beyond it the join alone tells them apart


class Found(NamedTuple):
    source: Source
    key: str
    title: list[tuple[str, bool]]  # pieces, and whether each is what was looked for
    body: list[tuple[str, bool]]
    url: str
    happened_at: datetime
    second: float | None
    is_internal: bool


@dataclass(frozen=True)
class Findings:
    found: list[Found]
    older: Place | None
    count: str


def find(
    session: ViewerSession,
    words: Words,
    *,
    group: Group | None = None,
    escalation: Escalation | None = None,
    sorting: Sorting = Sorting.best,
    after: Place | None = None,
) -> Findings:
    if not words:
        return Findings([], None, "")
    index = index_of(session.get_bind(), SHARED if session.viewer.is_guest else INTERNAL)
    sorting = sorting if sorting in sortings_for(session) else Sorting.newest
    scope = Scope(_escalations(session, escalation), kinds_of(group), _hidden(session, index))
    words, places = look_up(session, index, words, scope, sorting, after)
    found: list[Found] = []
    done = 0
    while done < len(places) and len(found) < PAGE // 2 and done < ROUNDS * PAGE:
        numbers = [place.number for place in places[done : done + PAGE]]
        entries = {entry.number: entry for entry in index.entries(session, numbers, words, scope)}
        found += _shown(session, [entries[number] for number in numbers if number in entries])
        done += PAGE
    more = done < len(places)
    return Findings(found, places[done - 1] if more and found else None, _count(places, found, more, after))


def _count(places: Sequence[Place], found: Sequence[Found], more: bool, after: Place | None) -> str:
    """Told on the first page, of what is shown there where that is all."""
    if after is not None:
        return ""
    if not more:
        return str(len(found))
    return f"{MOST}+" if len(places) >= MOST else str(len(places))


def sortings_for(session: ViewerSession) -> list[Sorting]:
    """Ranks depend on all the texts of a table, those of other customers too; a guest's order is that of time alone."""
    return [] if session.viewer.is_guest else [Sorting.best, Sorting.newest]


def _escalations(session: ViewerSession, escalation: Escalation | None) -> Sequence[str]:
    if escalation is not None:
        return [escalation.id]
    if not session.viewer.is_guest:
        return []
    theirs = [escalation_id for (escalation_id,) in session.rows(_theirs())]
    return theirs if len(theirs) <= TOKENED else []


@cache
def _theirs() -> Any:
    return select(col(Escalation.id)).limit(TOKENED + 1)


def _hidden(session: ViewerSession, index: SearchIndex) -> Sequence[str] | None:
    """Those our own people do not see are few, so that they are left out by name. What is shown is joined all the same."""
    if session.viewer.is_guest or not index.leaves_out:
        return None
    ids = [escalation_id for (escalation_id,) in session.rows(_restricted())]
    return ids if len(ids) <= TOKENED else None


@cache
def _restricted() -> Any:
    """Restricted ones that the reader's own session, which limits the inner select, does not give."""
    restricted = RESTRICTION.c.escalation_id
    return select(restricted).where(~exists().where(col(Escalation.id) == restricted)).limit(TOKENED + 1)


def _shown(session: ViewerSession, entries: Sequence[Entry]) -> list[Found]:
    """Those that this reader may see now and that still say what was found: the index follows a moment later."""
    documents = _documents(session, entries)
    live = [
        (entry, document)
        for entry in entries
        if (document := documents.get((entry.kind, entry.id))) and document.words == (entry.title, entry.body)
    ]
    named = _named(session, live)
    return [
        Found(
            source=SOURCES[entry.kind],
            key=entry.key,
            title=_pieces(entry.marked_title) if document.title else [(named[entry.number].title, False)],
            body=_pieces(unmarked(entry.excerpt)),
            url=named[entry.number].url,
            happened_at=moment_of(entry.number),
            second=document.second,
            is_internal=document.audience is Audience.internal,
        )
        for entry, document in live
        if entry.number in named
    ]


def _documents(session: ViewerSession, entries: Sequence[Entry]) -> dict[tuple[str, str], Document]:
    """Built again from the rows, through the reader's own session."""
    ids: dict[str, list[str]] = {}
    for entry in entries:
        ids.setdefault(entry.kind, []).append(entry.id)
    is_guest = session.viewer.is_guest
    return {
        (kind, document.id): document
        for kind in ids
        for document in SOURCES[kind].build(session, Chosen(Which.alone, tuple(ids[kind])))
        if document.audience is Audience.shared or not is_guest
    }


def _named(session: ViewerSession, live: Sequence[tuple[Entry, Document]]) -> dict[int, Described]:
    """The title of what names each, and its own address; the others are not asked for again."""
    named = {entry.number: document.described for entry, document in live if document.described}
    asked = [(entry.number, (entry.kind, entry.id), _namer(entry)) for entry, _ in live if entry.number not in named]
    known = describe(session, {one for _, itself, namer in asked for one in (itself, namer)})
    for number, itself, namer in asked:
        if name := known.get(namer):
            named[number] = Described(name.title, known.get(itself, name).url)
    return named


def _namer(entry: Entry) -> tuple[str, str]:
    named_by = SOURCES[entry.kind].named_by
    return named_by, entry.id if named_by == entry.kind else entry.parent_id


def _pieces(marked: str) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    for part in marked.split(HIT):
        hit, end, rest = part.partition(END)
        pieces += [(hit, True), (rest, False)] if end else [(part, False)]
    return [(piece, is_hit) for piece, is_hit in pieces if piece]
