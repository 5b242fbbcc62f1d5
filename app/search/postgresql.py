"""The index in PostgreSQL: a generated tsvector under a GIN index. Its ranks know nothing but the text itself."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    String,
    Text,
    cast,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR

from app.access.session import ViewerSession
from app.search.documents import Document
from app.search.highlighting import WORD, Marker, fold
from app.search.index import Scope, Snippet, columns_of, free_numbers
from app.search.schema import FOLDING
from app.search.words import Words

COLUMNS = ("title", "body", "kind", "record_id", "parent_id", "escalation_id", "reader_group_id")
IDS: ARRAY[str] = ARRAY(String(16))
BY_LENGTH = 1  # a long text with many words is not a better one
CONFIGURATION: ColumnElement[Any] = literal_column("'evenkeel_words'::regconfig")
STEM: ColumnElement[Any] = literal_column("'evenkeel_stem'::regdictionary")


class PostgresqlIndex:
    def __init__(self, name: str) -> None:
        self.name = name
        self.table = table(
            name,
            column("number", BigInteger),
            column("words", TSVECTOR),
            column("about", IDS),
            *(column(known) for known in COLUMNS),
        )
        self.number: ColumnElement[int] = self.table.c.number

    def matches(self, words: Words, scope: Scope) -> ColumnElement[bool]:
        found: ColumnElement[bool] = self.table.c.words.op("@@", is_comparison=True)(_looked_for(words))
        if scope.escalation_ids:
            found = found & self.table.c.escalation_id.in_(scope.escalation_ids)
        if scope.kinds:
            found = found & self.table.c.kind.in_(scope.kinds)
        return found

    def score(self, words: Words) -> ColumnElement[float]:
        return -cast(func.ts_rank(self.table.c.words, _looked_for(words), BY_LENGTH), Double)

    def snippets(
        self, session: ViewerSession, numbers: Sequence[int], words: Words, scope: Scope
    ) -> dict[int, Snippet]:
        marker = _marker(session, words)
        found = session.execute(
            select(self.number, self.table.c.title, self.table.c.body).where(self.number.in_(numbers))
        )
        return {number: Snippet(marker.mark(title), marker.excerpt(body), title, body) for number, title, body in found}

    def add(self, session: ViewerSession, documents: Sequence[Document]) -> None:
        numbered = free_numbers(session, self.name, "number", documents)
        rows = [
            {"number": number, "about": [document.id, *document.parents], **columns_of(document)}
            for number, document in numbered.items()
        ]
        if rows:
            session.execute(insert(self.table), rows)

    def remove(self, session: ViewerSession, record_id: str) -> None:
        session.execute(delete(self.table).where(self.table.c.about.contains([record_id])))

    def remove_escalation(self, session: ViewerSession, escalation_id: str) -> None:
        session.execute(delete(self.table).where(self.table.c.escalation_id == escalation_id))


def _looked_for(words: Words) -> ColumnElement[Any]:
    parts: list[ColumnElement[Any]] = [
        func.phraseto_tsquery(CONFIGURATION, phrase.translate(FOLDING), type_=TSQUERY) for phrase in words.phrases
    ]
    if words.unfinished:  # letters and digits alone, so it cannot end the quotes
        begins = f"'{words.unfinished.translate(FOLDING)}':*"
        parts.append(func.to_tsquery(CONFIGURATION, begins, type_=TSQUERY))
    return reduce(lambda one, other: one.op("&&", return_type=TSQUERY())(other), parts)


def _marker(session: ViewerSession, words: Words) -> Marker:
    folded = [fold(word) for typed in (*words.phrases, words.unfinished) for word in WORD.findall(typed)]
    stems = session.execute(select(func.ts_lexize(STEM, func.unnest(cast(folded, ARRAY(Text)))))).scalars()
    known = {*folded, *(stem for found in stems if found for stem in found)}
    return Marker(sorted(known), fold(words.unfinished))
