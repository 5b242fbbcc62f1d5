"""One row, asked for where a thread would cost more than the answer: on the event loop, of SQLite in this process."""

import sqlite3
from collections import namedtuple
from collections.abc import Callable
from threading import Lock
from typing import Any
from weakref import finalize

from sqlalchemy import Engine, event


class NotAtOnce(Exception):
    """Whoever asks takes the long way, in a thread, where one may wait and is told what is wrong."""


class Glance:
    """A statement over columns whose parameters are texts, prepared once, on a connection of its own that waits for
    nobody. What SQLite cannot say at once (it is locked for a moment after a crash, or gone, or damaged) is NotAtOnce."""

    def __init__(self, engine: Engine, statement: Any) -> None:
        dialect = engine.dialect
        compiled = statement.compile(dialect=dialect)
        self._sql, self._order = str(compiled), compiled.positiontup
        columns = statement.selected_columns
        self._row = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
        self._read = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._where = dialect.create_connect_args(engine.url)
        self._connection: sqlite3.Connection | None = None
        self._close: Callable[[], object] = lambda: None
        self._opening = Lock()
        # Who closes a database last puts its log away, and that is to be the engine's owner.
        event.listen(engine, "engine_disposed", lambda _: self._give_up())

    def __call__(self, given: dict[str, str]) -> Any | None:
        """The row by its columns' names; None where there is none."""
        try:
            connection = self._connection or self._open()
            rows = connection.execute(self._sql, [given[name] for name in self._order]).fetchall()
        except sqlite3.Error as error:
            self._give_up()  # it may have been the connection itself
            raise NotAtOnce from error
        if not rows:
            return None
        return self._row(
            *(value if read is None else read(value) for value, read in zip(rows[0], self._read, strict=True))
        )

    def _open(self) -> sqlite3.Connection:
        with self._opening:
            if self._connection is None:
                (file, *_), options = self._where
                opened = sqlite3.connect(file, **{**options, "timeout": 0, "isolation_level": None})
                self._connection, self._close = opened, finalize(self, opened.close)
                opened.execute("pragma trusted_schema=off")
            return self._connection

    def _give_up(self) -> None:
        """The next one begins anew."""
        with self._opening:
            self._connection = None
            self._close()
