"""What is found: one document for each text that somebody may look for."""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.search.words import plain
from app.timeline.describing import Described

LONGEST = 200_000  # PostgreSQL refuses to index a text of more than a megabyte of different words


class Group(StrEnum):
    """What a reader can narrow a search to."""

    concerns = "concerns"
    discussion = "discussion"
    meetings = "meetings"
    actions = "actions"
    recordings = "recordings"
    escalations = "escalations"


class Document(NamedTuple):
    """`title` only where the record has one of its own: a word in it weighs more. `parents` are the records with which
    it is indexed again, such as the recording of a transcript's line; the first one is the page it stands on."""

    kind: str
    id: str
    escalation_id: str
    audience: Audience
    body: str
    happened_at: datetime
    title: str = ""
    parents: tuple[str, ...] = ()
    reader_group_id: str | None = None
    second: float | None = None  # where in its recording it is said
    described: Described | None = None  # where the statement that read it knows its name and address as well

    @property
    def words(self) -> tuple[str, str]:
        """Title and body as they are indexed."""
        return plain(self.title), plain(self.body)[:LONGEST]


class Which(Enum):
    """What a statement reads, which is kept for each of these."""

    everything = "everything"
    about = "about"  # records of these ids, and those they are the parents of
    alone = "alone"  # records of these ids

    def of(self, query: Any, own: Any, *parents: Any) -> Any:
        if self is Which.everything:
            return query
        ids: Any = bindparam("ids", expanding=True)
        return query.where(or_(*(known.in_(ids) for known in ([own] if self is Which.alone else [own, *parents]))))


class Chosen(NamedTuple):
    """Which records are to become documents: with ids only these, without any all of them."""

    which: Which = Which.everything
    ids: tuple[str, ...] = ()

    def read(self, session: ViewerSession, query_of: Callable[[Which], Any]) -> Iterable[Any]:
        return session.execute(query_of(self.which), {"ids": self.ids} if self.ids else None)

    def rows(self, session: ViewerSession, query_of: Callable[[Which], Any]) -> Iterable[Any]:
        """The same for a statement over columns alone; all of them come piece by piece, as it says."""
        if not self.ids:
            return self.read(session, query_of)
        return session.rows(query_of(self.which), {"ids": self.ids})


Builder = Callable[[ViewerSession, Chosen], Iterable[Document]]


class Source(NamedTuple):
    """Where documents of one kind come from. `build` reads through the session it is given: the system's to index, a
    reader's own to show what was found."""

    kind: str
    parents: tuple[str, ...]
    group: Group
    icon: str
    label: str
    named_by: str  # the kind of record that names the hit: its own, or that of its first parent
    build: Builder


SOURCES: dict[str, Source] = {}


def indexed(
    kind: str,
    *,
    group: Group,
    icon: str,
    label: str,
    parents: tuple[str, ...] = (),
    named_by: str = "",
) -> Callable[[Builder], Builder]:
    """Registers how a domain's records of this kind become documents."""

    def register(build: Builder) -> Builder:
        SOURCES[kind] = Source(kind, parents, group, icon, label, named_by or kind, build)
        return build

    return register


def documents_about(session: ViewerSession, subject_kind: str, subject_id: str) -> list[Document]:
    """All that is indexed of one record, the documents it is the parent of included."""
    return [
        document
        for source in SOURCES.values()
        if subject_kind == source.kind or subject_kind in source.parents
        for document in source.build(session, Chosen(Which.about, (subject_id,)))
    ]


def kinds_of(group: Group | None) -> list[str]:
    return [source.kind for source in SOURCES.values() if source.group is group] if group else []
