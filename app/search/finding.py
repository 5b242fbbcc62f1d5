"""Looks words up for somebody. The index answers with ids; what is shown comes through the reader's own session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlmodel import col

from app.access.participation import Audience
from app.access.policy import READER
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.search.documents import SOURCES, Chosen, Document, Group, Source, Which, kinds_of
from app.search.index import END, HIT, Scope, SearchIndex, Snippet, moment_of
from app.search.indexing import index_of
from app.search.schema import INTERNAL, SHARED
from app.search.unmarking import unmarked
from app.search.words import Words
from app.timeline.describing import describe

PAGE = 20
RANKED = 1000  # only this many of the newest are ranked, so that the commonest word costs no more than a rare one
ROUNDS = 5  # a page is filled up this often when rows turn out to be gone
TOKENED = 50  # escalations that are named in the match; beyond it the join alone tells them apart


class Sorting(StrEnum):
    best = "best"
    newest = "newest"


@dataclass(frozen=True)
class Place:
    """How far a reader has come."""

    number: int
    score: float = 0.0


@dataclass(frozen=True)
class Found:
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


@dataclass(frozen=True)
class _Hit:
    number: int
    score: float
    kind: str
    id: str
    parent_id: str
    key: str

    @property
    def source(self) -> Source:
        return SOURCES[self.kind]

    @property
    def itself(self) -> tuple[str, str]:
        return self.kind, self.id

    @property
    def named_by(self) -> tuple[str, str]:
        named_by = self.source.named_by
        return named_by, self.id if named_by == self.kind else self.parent_id


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
    scope = Scope(_escalations(session, escalation), kinds_of(group))
    found: list[Found] = []
    place, is_first = after, after is None
    for _ in range(ROUNDS):
        hits = _look_up(session, index, words, scope, sorting, place)
        more = len(hits) > PAGE
        snippets = index.snippets(session, [hit.number for hit in hits[:PAGE]], words, scope) if hits else {}
        found += _shown(session, hits[:PAGE], snippets)
        place = Place(hits[PAGE - 1].number, hits[PAGE - 1].score) if more else None
        if place is None or len(found) >= PAGE // 2:
            break
    count = _count(session, index, words, scope, len(found), place) if is_first else ""
    return Findings(found, place if found else None, count)


def sortings_for(session: ViewerSession) -> list[Sorting]:
    """Ranks depend on all the texts of a table, those of other customers too; a guest's order is that of time alone."""
    return [] if session.viewer.is_guest else [Sorting.best, Sorting.newest]


def _escalations(session: ViewerSession, escalation: Escalation | None) -> Sequence[str]:
    if escalation is not None:
        return [escalation.id]
    if not session.viewer.is_guest:
        return []
    theirs = session.execute(select(col(Escalation.id)).limit(TOKENED + 1)).scalars().all()
    return theirs if len(theirs) <= TOKENED else []


def _look_up(
    session: ViewerSession, index: SearchIndex, words: Words, scope: Scope, sorting: Sorting, place: Place | None
) -> list[_Hit]:
    if sorting is Sorting.newest:
        query = _newest(session, index, words, scope)
        if place:
            query = query.where(index.number < place.number)
        return [_Hit(*row) for row in session.execute(query.limit(PAGE + 1))]
    ranked = _newest(session, index, words, scope, index.score(words)).limit(RANKED).subquery()
    best = select(ranked)
    if place:
        best = best.where(
            or_(ranked.c.score > place.score, and_(ranked.c.score == place.score, ranked.c.number < place.number))
        )
    return [
        _Hit(*row) for row in session.execute(best.order_by(ranked.c.score, ranked.c.number.desc()).limit(PAGE + 1))
    ]


def _newest(
    session: ViewerSession,
    index: SearchIndex,
    words: Words,
    scope: Scope,
    score: ColumnElement[float] | None = None,
) -> Select[Any]:
    """The join with the escalation makes the viewer's session limit the statement to what they may see of those."""
    table = index.table.c
    query = (
        select(
            index.number.label("number"),
            (literal(0.0) if score is None else score).label("score"),
            table.kind,
            table.record_id,
            table.parent_id,
            col(Escalation.key),
        )
        .select_from(index.table)
        .join(Escalation, col(Escalation.id) == table.escalation_id)
        .where(index.matches(words, scope))
        .order_by(index.number.desc())
    )
    if session.viewer.is_guest:
        mine = select(READER.c.group_id).where(READER.c.person_id == session.viewer.person_id)
        query = query.where(or_(table.reader_group_id.is_(None), table.reader_group_id.in_(mine)))
    return query


def _shown(session: ViewerSession, hits: Sequence[_Hit], snippets: dict[int, Snippet]) -> list[Found]:
    """Those that this reader may see now and that still say what was found: the index follows a moment later."""
    documents = _documents(session, hits)
    named = describe(
        session, {known for hit in hits for known in (hit.itself, hit.named_by) if hit.itself in documents}
    )
    found = []
    for hit in hits:
        document, snippet, name = documents.get(hit.itself), snippets.get(hit.number), named.get(hit.named_by)
        if not (document and snippet and name) or document.words != (snippet.whole_title, snippet.whole_body):
            continue
        found.append(
            Found(
                source=hit.source,
                key=hit.key,
                title=_pieces(snippet.title) if document.title else [(name.title, False)],
                body=_pieces(unmarked(snippet.body)),
                url=named.get(hit.itself, name).url,
                happened_at=moment_of(hit.number),
                second=document.second,
                is_internal=document.audience is Audience.internal,
            )
        )
    return found


def _documents(session: ViewerSession, hits: Sequence[_Hit]) -> dict[tuple[str, str], Document]:
    """Built again from the rows, through the reader's own session."""
    ids: dict[str, list[str]] = {}
    for hit in hits:
        ids.setdefault(hit.kind, []).append(hit.id)
    is_guest = session.viewer.is_guest
    return {
        (kind, document.id): document
        for kind in ids
        for document in SOURCES[kind].build(session, Chosen(Which.alone, tuple(ids[kind])))
        if document.audience is Audience.shared or not is_guest
    }


def _pieces(marked: str) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    for part in marked.split(HIT):
        hit, end, rest = part.partition(END)
        pieces += [(hit, True), (rest, False)] if end else [(part, False)]
    return [(piece, is_hit) for piece, is_hit in pieces if piece]


def _count(
    session: ViewerSession, index: SearchIndex, words: Words, scope: Scope, shown: int, older: Place | None
) -> str:
    if older is None:
        return str(shown)
    capped = _newest(session, index, words, scope).with_only_columns(index.number).limit(RANKED).subquery()
    count = session.execute(select(func.count()).select_from(capped)).scalar_one()
    return f"{RANKED}+" if count >= RANKED else str(count)
