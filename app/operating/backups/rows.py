"""Rows as JSON that both databases read alike, whatever they themselves keep."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Insert,
    Integer,
    Numeric,
    String,
    Table,
    Text,
    bindparam,
    cast,
    column,
    insert,
    select,
    table,
)
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from app.foundation.database import is_sqlite
from app.operating.backups.manifest import ColumnOf, Kind, TableOf

AT_ONCE = 500
LEFT_OUT = {"worker_heartbeat"}  # who is alive now
STORED_AS: dict[Kind, TypeEngine[Any]] = {
    "text": Text(),
    "whole": BigInteger(),
    "number": Float(),
    "yes_no": Boolean(),
    "day": Date(),
    "moment": UTCDateTime(),
    "json": Text(),
}


def tables_to_keep() -> list[Table]:
    """Parents before their children."""
    return [table for table in SQLModel.metadata.sorted_tables if table.name not in LEFT_OUT]


def columns_of(table: Table) -> list[ColumnOf]:
    return [ColumnOf(name=column.name, kind=_kind(column)) for column in table.columns]


def read_rows(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """In the order of the key, a part at a time, so that a large table needs no large memory."""
    # JSON stays as it was written: read as a value, "null" and nothing at all would be the same.
    columns = [cast(column, Text) if isinstance(column.type, JSON) else column for column in table.columns]
    query = select(*columns).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=AT_ONCE).execute(query):
        yield [value.isoformat() if isinstance(value, date) else value for value in row]


def as_line(row: list[Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def parse_line(line: bytes, columns: list[ColumnOf]) -> dict[str, Any]:
    """Raises ValueError when this is no row of these columns."""
    row = json.loads(line)
    if not isinstance(row, list) or len(row) != len(columns):
        raise ValueError("a row has another number of columns than its table")
    return {column.name: _value(value, column.kind) for column, value in zip(columns, row, strict=True)}


def write_rows(connection: Connection, stated: TableOf, rows: Iterable[dict[str, Any]]) -> int:
    """How many there were. Known by name and kind alone: the table may be of an older version than this program."""
    statement, count, waiting = _insert(connection, stated), 0, []
    for row in rows:
        waiting.append(row)
        count += 1
        if len(waiting) == AT_ONCE:
            connection.execute(statement, waiting)
            waiting = []
    if waiting:
        connection.execute(statement, waiting)
    return count


def _insert(connection: Connection, stated: TableOf) -> Insert:
    found = table(stated.name, *(column(kept.name, STORED_AS[kept.kind]) for kept in stated.columns))
    if is_sqlite(connection):
        return insert(found)
    written = {
        kept.name: cast(bindparam(kept.name, type_=Text()), JSON) for kept in stated.columns if kept.kind == "json"
    }
    return insert(found).values(
        {kept.name: written.get(kept.name, bindparam(kept.name, type_=STORED_AS[kept.kind])) for kept in stated.columns}
    )


def _kind(column: Column[Any]) -> Kind:
    match column.type:
        case JSON():
            return "json"
        case UTCDateTime():
            return "moment"
        case Date():
            return "day"
        case Boolean():
            return "yes_no"
        case Integer():
            return "whole"
        case Numeric() | Float():
            return "number"
    if isinstance(getattr(column.type, "impl_instance", column.type), String):
        return "text"
    raise TypeError(f"{column} holds something that backups do not know: teach app/operating/backups/rows.py its kind")


def _value(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    match kind:
        case "moment":
            return datetime.fromisoformat(value)
        case "day":
            return date.fromisoformat(value)
        case "yes_no":
            right = isinstance(value, bool)
        case "whole":
            right = isinstance(value, int) and not isinstance(value, bool)
        case "number":
            right = isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            right = isinstance(value, str)
    if not right:
        raise ValueError("a value is not of its column's kind")
    return value
