"""Fills the product's search index in bulk, by one statement a kind: what the indexer does row by row, in seconds a million."""

from sqlalchemy import Connection, Engine, text

from app.foundation.database import is_sqlite
from app.search.schema import INTERNAL, TABLES

# (kind, its first parent, title, body, moment, from)
SOURCES = (
    ("message", "m.topic_id", "''", "m.text", "m.sent_at", "message m"),
    ("topic", "''", "m.title", "''", "m.started_at", "topic m"),
    ("concern", "''", "m.words", "m.details", "m.raised_at", "concern m"),
    ("action_item", "''", "m.title", "m.details", "m.created_at", "action_item m"),
    ("recording", "''", "m.title", "''", "m.recorded_at", "recording m"),
    (
        "transcript_line",
        "m.recording_id",
        "''",
        "m.text",
        "r.recorded_at",
        "transcript_line m join recording r on r.id = m.recording_id",
    ),
)


def fill_index(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(f"delete from {table}"))
            if is_sqlite(engine):
                _sqlite(connection, table)
            else:
                _postgresql(connection, table)
        connection.execute(text("delete from errand"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))


def _sqlite(connection: Connection, table: str) -> None:
    where = "" if table == INTERNAL else "where m.audience = 'shared'"
    for place, (kind, parent, title, body, moment, tables) in enumerate(SOURCES):
        # The number is the moment and a little that tells rows of one millisecond apart.
        number = (
            f"(cast(strftime('%s', {moment}) as integer) * 1000 << 21) + m.rowid % 200000 * {len(SOURCES)} + {place}"
        )
        page = f"case when {parent} = '' then '' else ' r' || {parent} || '0' end"
        mark = f"'e' || m.escalation_id || '0 k{kind.replace('_', '')}0 r' || m.id || '0' || {page}"
        connection.execute(
            text(
                f"insert into {table} (rowid, title, body, scope, kind, record_id, parent_id, escalation_id, reader_group_id) "
                f"select {number}, {title}, {body}, {mark}, '{kind}', m.id, {parent}, m.escalation_id, null "
                f"from {tables} {where} order by 1"
            )
        )
    connection.execute(text(f"insert into {table} ({table}) values ('optimize')"))


def _postgresql(connection: Connection, table: str) -> None:
    connection.execute(text("set local maintenance_work_mem = '512MB'"))
    for index in ("words", "escalation", "about"):
        connection.execute(text(f"drop index ix_{table}_{index}"))
    where = "" if table == INTERNAL else "where m.audience = 'shared'"
    for place, (kind, parent, title, body, moment, tables) in enumerate(SOURCES):
        number = (
            f"((extract(epoch from {moment})::bigint * 1000) << 21) + "
            f"(row_number() over (order by {moment}, m.id)) % 200000 * {len(SOURCES)} + {place}"
        )
        about = f"case when {parent} = '' then array[m.id] else array[m.id, {parent}] end"
        connection.execute(
            text(
                f"insert into {table} (number, title, body, kind, record_id, parent_id, escalation_id, reader_group_id, about) "
                f"select {number}, {title}, {body}, '{kind}', m.id, {parent}, m.escalation_id, null, {about} from {tables} {where}"
            )
        )
    connection.execute(text(f"create index ix_{table}_words on {table} using gin (words)"))
    connection.execute(text(f"create index ix_{table}_escalation on {table} (escalation_id, number)"))
    connection.execute(text(f"create index ix_{table}_about on {table} using gin (about)"))
