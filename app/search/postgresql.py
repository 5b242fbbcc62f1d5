"""The index in PostgreSQL: a generated tsvector under a GIN index. Its ranks know nothing but the text itself."""

from collections.abc import Sequence
from functools import cache, reduce
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    String,
    Text,
    bindparam,
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
from app.search.index import Entry, Form, Scope, columns_of, free_numbers, select_entries
from app.search.schema import FOLDING
from app.search.words import Words

COLUMNS = ("title", "body", "kind", "record_id", "parent_id", "escalation_id", "reader_group_id")
IDS: ARRAY[str] = ARRAY(String(16))
BY_LENGTH = 1  # a long text with many words is not a better one
CONFIGURATION: ColumnElement[Any] = literal_column("'evenkeel_words'::regconfig")
STEM: ColumnElement[Any] = literal_column("'evenkeel_stem'::regdictionary")


class PostgresqlIndex:
    leaves_out = False

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

    def form_of(self, words: Words, scope: Scope) -> Form:
        return Form(len(words.phrases), bool(words.unfinished), bool(scope.escalation_ids), bool(scope.kinds))

    def matches(self, form: Form) -> ColumnElement[bool]:
        found: ColumnElement[bool] = self.table.c.words.op("@@", is_comparison=True)(_looked_for(form))
        if form.in_escalations:
            found = found & self.table.c.escalation_id.in_(bindparam("escalation_ids", expanding=True))
        if form.of_kinds:
            found = found & self.table.c.kind.in_(bindparam("kinds", expanding=True))
        return found

    def score(self, form: Form) -> ColumnElement[float]:
        return -cast(func.ts_rank(self.table.c.words, _looked_for(form), BY_LENGTH), Double)

    def given(self, words: Words, scope: Scope) -> dict[str, Any]:
        given: dict[str, Any] = {
            _phrase(place): phrase.translate(FOLDING) for place, phrase in enumerate(words.phrases)
        }
        if words.unfinished:  # letters and digits alone, so it cannot end the quotes
            given["begun"] = f"'{words.unfinished.translate(FOLDING)}':*"
        if scope.escalation_ids:
            given["escalation_ids"] = scope.escalation_ids
        if scope.kinds:
            given["kinds"] = scope.kinds
        return given

    def entries(self, session: ViewerSession, numbers: Sequence[int], words: Words, scope: Scope) -> list[Entry]:
        marker = _marker(session, words)
        found = session.rows(_entries(self), {"numbers": numbers})
        return [Entry(*(*row, marker.mark(row.title), marker.excerpt(row.body))) for row in found]

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


@cache
def _entries(index: PostgresqlIndex) -> Any:
    return select_entries(index).where(index.number.in_(bindparam("numbers", expanding=True)))


def _looked_for(form: Form) -> ColumnElement[Any]:
    parts: list[ColumnElement[Any]] = [
        func.phraseto_tsquery(CONFIGURATION, bindparam(_phrase(place), type_=Text()), type_=TSQUERY)
        for place in range(form.phrases)
    ]
    if form.is_begun:
        parts.append(func.to_tsquery(CONFIGURATION, bindparam("begun", type_=Text()), type_=TSQUERY))
    return reduce(lambda one, other: one.op("&&", return_type=TSQUERY())(other), parts)


def _phrase(place: int) -> str:
    return f"phrase_{place}"


def _marker(session: ViewerSession, words: Words) -> Marker:
    folded = [fold(word) for typed in (*words.phrases, words.unfinished) for word in WORD.findall(typed)]
    stems = (found for (found,) in session.rows(_stems(), {"words": folded}))
    known = {*folded, *(stem for found in stems if found for stem in found)}
    return Marker(sorted(known), fold(words.unfinished))


@cache
def _stems() -> Any:
    return select(func.ts_lexize(STEM, func.unnest(bindparam("words", type_=ARRAY(Text)))))
