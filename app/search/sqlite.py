"""The index in SQLite: FTS5, with the scope inside the match."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, column, func, literal_column, select, table, text

from app.access.session import ViewerSession
from app.search.documents import Document
from app.search.index import END, HIT, Entry, Form, Scope, columns_of, free_numbers, select_entries
from app.search.words import Words

COLUMNS = ("title", "body", "scope", "kind", "record_id", "parent_id", "escalation_id", "reader_group_id")
TITLE_WEIGHS = 4.0
SNIPPET_WORDS = 30
K, B = 1.2, 0.75  # of BM25, as FTS5 has them


class SqliteIndex:
    leaves_out = True

    def __init__(self, name: str) -> None:
        self.name = name
        self.table = table(name, column("rowid"), *(column(known) for known in COLUMNS))
        self.number: ColumnElement[int] = self.table.c.rowid
        self.itself: ColumnElement[str] = literal_column(name)  # FTS5 names a table where others name a column

    def form_of(self, words: Words, scope: Scope) -> Form:
        """All that is looked for is one parameter, and what is to be left out is part of it: without the join, FTS5 ranks
        without reading a single text."""
        return Form(is_joined=scope.without is None)

    def matches(self, form: Form) -> ColumnElement[bool]:
        return self.itself.op("match", is_comparison=True)(bindparam("looked_for"))

    def score(self, form: Form) -> ColumnElement[float]:
        return func.bm25(self.itself, TITLE_WEIGHS, 1.0, 0.0)

    def given(self, words: Words, scope: Scope) -> dict[str, Any]:
        return {"looked_for": _looked_for(words, scope)}

    def weigh(self, session: ViewerSession, numbers: Sequence[int], words: Words, scope: Scope) -> dict[int, float]:
        """Much as `bm25` does it, with letters for words; its other part, how rare the word is, is the same for all."""
        given = {"first": min(numbers), "last": max(numbers), **self.given(words, scope)}
        wanted = set(numbers)
        rows = [row for row in session.rows(_marked(self), given) if row[0] in wanted]
        sizes = {number: len(title) + len(body) for number, title, body in rows}
        usual = sum(sizes.values()) / len(sizes) or 1
        often = {number: TITLE_WEIGHS * title.count(HIT) + body.count(HIT) for number, title, body in rows}
        return {
            number: -times * (K + 1) / (times + K * (1 - B + B * sizes[number] / usual))
            for number, times in often.items()
        }

    def entries(self, session: ViewerSession, numbers: Sequence[int], words: Words, scope: Scope) -> list[Entry]:
        given = {"numbers": numbers, "first": min(numbers), "last": max(numbers), **self.given(words, scope)}
        return [Entry(*row) for row in session.rows(_entries(self), given)]

    def add(self, session: ViewerSession, documents: Sequence[Document]) -> None:
        rows = [
            {"number": number, "scope": _scope_of(document), **columns_of(document)}
            for number, document in free_numbers(session, self.name, "rowid", documents).items()
        ]
        if rows:
            session.execute(
                text(
                    f"insert into {self.name} (rowid, {', '.join(COLUMNS)}) "  # noqa: S608  names are ours
                    f"values (:number, {', '.join(':' + known for known in COLUMNS)})"
                ),
                rows,
            )

    def remove(self, session: ViewerSession, record_id: str) -> None:
        self._remove(session, _token("r", record_id))

    def remove_escalation(self, session: ViewerSession, escalation_id: str) -> None:
        self._remove(session, _token("e", escalation_id))

    def _remove(self, session: ViewerSession, token: str) -> None:
        session.execute(
            text(
                f"delete from {self.name} where rowid in "  # noqa: S608  names are ours
                f"(select rowid from {self.name} where {self.name} match :record)"
            ),
            {"record": f"scope : {token}"},
        )


@cache
def _marked(index: SqliteIndex) -> Any:
    marks = [func.highlight(index.itself, place, HIT, END) for place in (0, 1)]
    here = index.number.between(bindparam("first"), bindparam("last"))
    return select(index.number, *marks).select_from(index.table).where(index.matches(Form()), here)


@cache
def _entries(index: SqliteIndex) -> Any:
    """In one walk over the matches: asked for numbers one by one, FTS5 looks everything up for each of them again."""
    number: ColumnElement[int] = literal_column(
        f"+{index.name}.rowid"
    )  # the sign keeps the list out of what FTS5 is asked
    return select_entries(
        index,
        func.highlight(index.itself, 0, HIT, END),
        func.snippet(index.itself, 1, HIT, END, "…", SNIPPET_WORDS),
    ).where(
        index.matches(Form()),
        index.number.between(bindparam("first"), bindparam("last")),
        number.in_(bindparam("numbers", expanding=True)),
    )


def _looked_for(words: Words, scope: Scope) -> str:
    tokens = [[_token("e", known) for known in scope.escalation_ids], [_token("k", known) for known in scope.kinds]]
    looked_for = [_quoted(phrase) for phrase in words.phrases]
    if words.unfinished:
        looked_for.append(f"{_quoted(words.unfinished)} *")
    parts = [f"scope : ({' OR '.join(some)})" for some in tokens if some]
    parts.append(f"{{title body}} : ({' AND '.join(looked_for)})")
    if not scope.without:
        return " AND ".join(parts)
    return f"({' AND '.join(parts)}) NOT scope : ({' OR '.join(_token('e', known) for known in scope.without)})"


def _quoted(phrase: str) -> str:
    """Everything between quotes is words to FTS5, never an operator."""
    return '"' + phrase.replace('"', " ") + '"'


def _scope_of(document: Document) -> str:
    about = [_mark("r", record_id) for record_id in (document.id, *document.parents)]
    return " ".join([_mark("e", document.escalation_id), _mark("k", document.kind), *about])


def _token(letter: str, value: str) -> str:
    return _quoted(_mark(letter, value))


def _mark(letter: str, value: str) -> str:
    # It ends in a digit, so that the stemmer takes no ending off; and is one word, whatever is in it.
    word = value if value.isalnum() else "".join(sign for sign in value if sign.isalnum())
    return f"{letter}{word}0"
