"""Puts documents into the index, in the transaction of whoever asks, and makes it anew."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice

from sqlalchemy import Connection, Engine, func, select, text

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.foundation.database import is_sqlite
from app.search import sources
from app.search.documents import SOURCES, Chosen, Document, documents_about
from app.search.index import SearchIndex
from app.search.schema import INTERNAL, SHARED, TABLES
from app.search.sqlite import SqliteIndex

AT_ONCE = 1000

assert sources.SOURCES and sources.NAMES  # every domain's are known from here on


def index_of(bind: Engine | Connection, name: str) -> SearchIndex:
    return _index(name, is_sqlite(bind))


@cache
def _index(name: str, in_sqlite: bool) -> SearchIndex:
    """Always the same one: the statements over it are kept."""
    if in_sqlite:
        return SqliteIndex(name)
    from app.search.postgresql import PostgresqlIndex  # noqa: PLC0415  slow to load, and most servers have SQLite

    return PostgresqlIndex(name)


def reindex(session: ViewerSession, subject_kind: str, subject_id: str) -> None:
    """What is found of a record is what it says now: nothing, when it is gone."""
    documents = documents_about(session, subject_kind, subject_id)
    for name in TABLES:
        index = index_of(session.get_bind(), name)
        index.remove(session, subject_id)
        # A document may have come in by another record it belongs to as well.
        for document in documents:
            if document.id != subject_id and subject_id not in document.parents:
                index.remove(session, document.id)
        index.add(session, _for_table(name, documents))


def forget_escalations(session: ViewerSession, escalation_ids: Iterable[str]) -> None:
    """Nothing of these is found any more, whatever record it came from."""
    for escalation_id in escalation_ids:
        for name in TABLES:
            index_of(session.get_bind(), name).remove_escalation(session, escalation_id)


def reindex_all(session: ViewerSession) -> int:
    """Makes a new index, a part at a time so that others can write in between; how many documents it holds."""
    for name in TABLES:
        session.execute(text(f"delete from {name}"))  # noqa: S608  names are ours
    session.commit()
    count = 0
    for documents in _parts(_everything(session)):
        for name in TABLES:
            index_of(session.get_bind(), name).add(session, _for_table(name, documents))
        session.commit()
        count += len(documents)
    return count


def is_complete(session: ViewerSession) -> bool:
    """Whether both tables hold as many documents as there should be."""
    audiences = [document.audience for document in _everything(session)]
    expected = {INTERNAL: len(audiences), SHARED: audiences.count(Audience.shared)}
    return all(
        session.execute(select(func.count()).select_from(index_of(session.get_bind(), name).table)).scalar_one()
        == count
        for name, count in expected.items()
    )


def _everything(session: ViewerSession) -> Iterator[Document]:
    for source in SOURCES.values():
        yield from source.build(session, Chosen())


def _parts(documents: Iterable[Document]) -> Iterator[list[Document]]:
    remaining = iter(documents)
    while part := list(islice(remaining, AT_ONCE)):
        yield part


def _for_table(name: str, documents: Sequence[Document]) -> list[Document]:
    """Our own people look in one table as well, so it holds what was shared too: ranks of two do not compare."""
    return [document for document in documents if name == INTERNAL or document.audience is Audience.shared]
