"""The tables of the index. There are two of them, and guests' queries touch only the first: how often a word stands in
texts that a guest may not read must not move the order of what they find.

search_shared holds what was shared, search_internal everything; each reader's query needs one of the two.
"""

import string
import unicodedata

from sqlalchemy import Connection, text

from app.foundation.database import is_sqlite

SHARED = "search_shared"
INTERNAL = "search_internal"
TABLES = (SHARED, INTERNAL)

# Without accents and punctuation, as SQLite's index reads a text; PostgreSQL would keep "acme/import.log" whole.
_ACCENTED = {chr(code): unicodedata.normalize("NFKD", chr(code))[0].lower() for code in range(0xC0, 0x250)}
_FOLDED = {letter: bare for letter, bare in _ACCENTED.items() if bare in string.ascii_lowercase}
_FOLDED |= dict.fromkeys(string.punctuation, " ")
BEFORE, AFTER = "".join(_FOLDED), "".join(_FOLDED.values())
FOLDING = str.maketrans(BEFORE, AFTER)


def create(connection: Connection) -> None:
    statements = _for_sqlite() if is_sqlite(connection) else _for_postgresql()
    for statement in statements:
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    for name in TABLES:
        connection.execute(text(f"drop table if exists {name}"))
    if not is_sqlite(connection):
        connection.execute(text("drop text search configuration if exists evenkeel_words"))
        connection.execute(text("drop text search dictionary if exists evenkeel_stem"))


def _for_sqlite() -> list[str]:
    # `scope` holds a token for the escalation, the kind and the record, so that the filter is part of the match.
    columns = (
        "title, body, scope, kind unindexed, record_id unindexed, parent_id unindexed, "
        "escalation_id unindexed, reader_group_id unindexed"
    )
    options = "tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3'"
    return [f"create virtual table {name} using fts5({columns}, {options})" for name in TABLES]


def _for_postgresql() -> list[str]:
    return [
        # English stems, as on SQLite, and no stop words: "down", "off" and "not" are what escalations are about.
        "create text search dictionary evenkeel_stem (template = snowball, language = english)",
        "create text search configuration evenkeel_words (copy = pg_catalog.english)",
        "alter text search configuration evenkeel_words alter mapping for asciiword, asciihword, hword_asciipart, "
        "word, hword, hword_part with evenkeel_stem",
        *(statement for name in TABLES for statement in _postgresql_table(name)),
    ]


def _postgresql_table(name: str) -> list[str]:
    words = " || ".join(
        f"setweight(to_tsvector('evenkeel_words', translate({column}, {_literal(BEFORE)}, {_literal(AFTER)})), '{weight}')"
        for column, weight in (("title", "A"), ("body", "D"))
    )
    return [
        f"create table {name} (number bigint primary key, title text not null, body text not null, "
        "kind varchar(40) not null, record_id varchar(16) not null, parent_id varchar(16) not null, "
        "escalation_id varchar(16) not null, reader_group_id varchar(16), about varchar(16)[] not null, "
        f"words tsvector generated always as ({words}) stored)",
        f"create index ix_{name}_words on {name} using gin (words)",
        f"create index ix_{name}_escalation on {name} (escalation_id, number)",
        f"create index ix_{name}_about on {name} using gin (about)",
    ]


def _literal(letters: str) -> str:
    return "'" + letters.replace("'", "''").replace("\\", r"\\").replace(":", r"\:") + "'"
