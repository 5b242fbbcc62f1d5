"""The engine and the column types every table shares."""

import time
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Enum, Index, Table, Text, event, insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm.instrumentation import manager_of_class
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateIndex
from sqlmodel import Field, Session, SQLModel, create_engine

from app.foundation.clock import now
from app.foundation.held_file import FileReplaced, HeldFile, hold_file_of
from app.foundation.ids import new_id

SQLITE_PRAGMAS: tuple[str, ...] = (
    "journal_mode=wal",
    "synchronous=full",  # an acknowledged row survives a power cut
    "wal_autocheckpoint=4000",  # 16 MB of log: pages that are written again and again are put away once
    "foreign_keys=on",
    "busy_timeout=5000",
    "trusted_schema=off",
)

WHERE = "where"  # which rows an index is of
Row = TypeVar("Row", bound=SQLModel)
SURELY_ALIVE = 2.0  # seconds since a connection was last used

# Rows are never validated (what people type is, as forms), so what would check them need not be built at every start.
SQLModel.model_config["defer_build"] = True


def row_id() -> Any:
    """A primary key: random, so that nothing a guest receives can be counted."""
    return Field(default_factory=new_id, primary_key=True, max_length=16)


def choice(options: type[StrEnum], **field: Any) -> Any:
    """A column that holds one of `options`, enforced by the database as well."""
    stored = Enum(
        options,
        native_enum=False,
        create_constraint=True,
        name=_constraint(options),
        values_callable=_values,
        length=32,
    )
    return Field(sa_type=stored, **field)


def index_where(condition: str, name: str, *columns: str) -> Index:
    """An index of those rows alone for which the condition holds; a statement has to say so to be answered by it."""
    # In place of sqlite_where and postgresql_where, whose dialects would be loaded at every start to look at the words.
    return Index(name, *columns, info={WHERE: condition})


@compiles(CreateIndex)
def _create_index(element: CreateIndex, compiler: Any, **options: Any) -> str:
    words, condition = compiler.visit_create_index(element, **options), element.element.info.get(WHERE)
    return f"{words} WHERE {condition}" if condition else str(words)


def long_text(**field: Any) -> Any:
    """Words of any length; forms say how many are accepted."""
    return Field(sa_type=Text, **field)


def moment(**field: Any) -> Any:
    """When the row came to be, unless told otherwise."""
    return Field(default_factory=now, **field)


def open_database(url: str) -> Engine:
    """What people wrote is a parameter of every statement, and therefore hidden from the log of one that failed."""
    if url.startswith("sqlite"):
        engine = create_engine(url, pool_size=10, max_overflow=10, pool_timeout=10, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        held = hold_file_of(engine)  # which is there once it was prepared
        event.listen(engine, "begin", lambda connection: _begin_sqlite(connection, held))
        return engine
    engine = create_engine(url, pool_size=10, max_overflow=10, pool_timeout=10, hide_parameters=True)
    event.listen(engine, "checkin", _note_when)
    event.listen(engine, "checkout", lambda connection, record, _: _see_whether_it_lives(engine, connection, record))
    return engine


@lru_cache(maxsize=8)  # making one costs as much as a statement
def for_reading(engine: Engine) -> Engine:
    """The same database, promising not to write: readers then never queue behind a writer."""
    return engine.execution_options(reading=True)


@lru_cache(maxsize=8)
def for_a_page(engine: Engine) -> Engine:
    """For reading a page's worth of rows. In PostgreSQL each statement sees what is committed by then, in a transaction or
    not; without one there are two ways to the server less. What reads row after row of a long answer needs one."""
    return for_reading(engine) if is_sqlite(engine) else engine.execution_options(isolation_level="AUTOCOMMIT")


def put(session: Session, row: SQLModel, *others: SQLModel) -> None:
    """Writes rows of one table that nobody in this session needs again as objects: a third of the price of adding them."""
    session.flush()  # what they belong to
    table = SQLModel.metadata.tables[str(row.__tablename__)]
    columns = table.c.keys()
    rows = [{name: getattr(each, name) for name in columns} for each in (row, *others)]
    session.connection().execute(_insert(table), rows if others else rows[0])


def put_values(session: Session, kind: type[Row], values: dict[str, Any]) -> Row:
    """The same for a row given by the values of all its columns. What comes back is for looking at: it is in no session, and
    cannot be changed. No defaults are looked for, which would cost more than the insert."""
    session.flush()
    table = SQLModel.metadata.tables[str(kind.__tablename__)]
    if missing := table.c.keys() - values.keys():
        raise TypeError(f"{kind.__name__} needs {', '.join(sorted(missing))} as well")
    session.connection().execute(_insert(table), values)
    row: Row = manager_of_class(kind).new_instance()
    row.__dict__.update(values)
    return row


@cache
def _insert(table: Table) -> Any:
    return insert(table)


def is_sqlite(bind: Engine | Connection) -> bool:
    return bind.dialect.name == "sqlite"


def _values(options: type[StrEnum]) -> list[str]:
    return [option.value for option in options]


def _constraint(options: type[StrEnum]) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in options.__name__).lstrip("_")


def _prepare_sqlite(connection: DBAPIConnection, _: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"pragma {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection, held: HeldFile) -> None:
    # A writer that begins by reading fails at once with SQLITE_BUSY_SNAPSHOT when somebody else commits in between;
    # beginning as a writer waits its turn instead.
    if connection.get_execution_options().get("reading"):
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    if not held.is_in_place():
        raise FileReplaced


def _note_when(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _see_whether_it_lives(engine: Engine, connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    """A connection to PostgreSQL that was not used for a moment is asked first, and replaced if the server let go of it.
    Asking each time would be one way there for each use; the first that fails on a busy one replaces all."""
    if time.monotonic() - record.info.get("used_at", time.monotonic()) < SURELY_ALIVE:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error
