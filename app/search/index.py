"""What an index can do, whichever database it is in."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol, runtime_checkable

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, select, text
from sqlmodel import col

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.search.documents import Document
from app.search.words import Words

HIT, END = "\x02", "\x03"  # around what was found, in a snippet; no text holds them
CHANCE_BITS = 21


class Scope(NamedTuple):
    """Where to look. Empty means everywhere; who may read what is decided where an entry is read."""

    escalation_ids: Sequence[str] = ()
    kinds: Sequence[str] = ()
    without: Sequence[str] | None = None  # escalations the reader does not see; None where these are not known


@dataclass(frozen=True)
class Form:
    """All that the wording of a statement depends on. The words are its parameters, so that it is kept for others."""

    phrases: int = 0
    is_begun: bool = False  # the last word may be the beginning of a longer one
    in_escalations: bool = False
    of_kinds: bool = False
    is_joined: bool = True  # whether the escalations a reader sees are told apart by a join


class Entry(NamedTuple):
    """What the index holds under a number: title and body as they were indexed; and the title and the part of the body
    that fits best, with HIT and END around what was found."""

    number: int
    kind: str
    id: str
    parent_id: str
    key: str
    title: str
    body: str
    marked_title: str
    excerpt: str


class SearchIndex(Protocol):
    """One of the two tables in one of the two databases."""

    name: str
    leaves_out: bool  # whether escalations are better left out by name than by a join
    number: ColumnElement[int]  # in order of time; the newest is the highest

    @property
    def table(self) -> FromClause:
        """With kind, record_id, parent_id, escalation_id and reader_group_id."""
        ...

    def __hash__(self) -> int: ...

    def form_of(self, words: Words, scope: Scope) -> Form: ...

    def matches(self, form: Form) -> ColumnElement[bool]: ...

    def score(self, form: Form) -> ColumnElement[float]:
        """The lower, the better."""
        ...

    def given(self, words: Words, scope: Scope) -> dict[str, Any]:
        """The parameters of both."""
        ...

    def entries(self, session: ViewerSession, numbers: Sequence[int], words: Words, scope: Scope) -> list[Entry]: ...

    def add(self, session: ViewerSession, documents: Sequence[Document]) -> None: ...

    def remove(self, session: ViewerSession, record_id: str) -> None:
        """The document of this record and those it is a parent of."""
        ...

    def remove_escalation(self, session: ViewerSession, escalation_id: str) -> None: ...


@runtime_checkable
class WeighsAgainstAll(Protocol):
    """An index whose own score looks at every text that has a word, so that a common one takes long."""

    def weigh(self, session: ViewerSession, numbers: Sequence[int], words: Words, scope: Scope) -> dict[int, float]:
        """Scores of these, which stand one after the other, for a single word, by nothing but the texts. The lower, the
        better, and below zero."""
        ...


def select_entries(index: SearchIndex, *marks: ColumnElement[str]) -> Select[Any]:
    """The join with the escalation makes the viewer's session limit this to what they may see of those."""
    table = index.table.c
    return (
        select(index.number, table.kind, table.record_id, table.parent_id, col(Escalation.key))
        .add_columns(table.title, table.body, *marks)
        .select_from(index.table)
        .join(Escalation, col(Escalation.id) == table.escalation_id)
    )


def number_of(document: Document) -> int:
    """The moment in milliseconds and some bits of the id: the same each time, and in order of time."""
    at = max(int(document.happened_at.timestamp() * 1000), 0)
    chance = int.from_bytes(hashlib.sha256(f"{document.kind} {document.id}".encode()).digest()[:4])
    return at << CHANCE_BITS | chance & (1 << CHANCE_BITS) - 1


def moment_of(number: int) -> datetime:
    return datetime.fromtimestamp((number >> CHANCE_BITS) / 1000, UTC)


def free_numbers(session: ViewerSession, name: str, column: str, documents: Iterable[Document]) -> dict[int, Document]:
    """A number for each; one that is taken, by a text of the same millisecond, is counted up."""
    numbered: dict[int, Document] = {}
    for document in documents:
        number = number_of(document)
        while number in numbered:
            number += 1
        numbered[number] = document
    wanted, taken = list(numbered), set[int]()
    query = text(f"select {column} from {name} where {column} in :wanted").bindparams(  # noqa: S608  names are ours
        bindparam("wanted", expanding=True)
    )
    for start in range(0, len(wanted), 500):
        taken |= set(session.execute(query, {"wanted": wanted[start : start + 500]}).scalars())
    for number in taken:
        document, free = numbered.pop(number), number + 1
        while free in numbered or session.execute(query, {"wanted": [free]}).first():
            free += 1
        numbered[free] = document
    return numbered


def columns_of(document: Document) -> dict[str, Any]:
    title, body = document.words
    return {
        "title": title,
        "body": body,
        "kind": document.kind,
        "record_id": document.id,
        "parent_id": document.parents[0] if document.parents else "",
        "escalation_id": document.escalation_id,
        "reader_group_id": document.reader_group_id,
    }
