"""One database for all tests of a process, put back to what it was after each, and one engine, which is kept with the
statements it has compiled: far quicker than new ones."""

import shutil
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from app.foundation.database import open_database
from tests.postgres import create_database, drop_database

KEPT = "reused"  # how connections that outlive a test call themselves

TABLES = """
select quote_ident(n.nspname) || '.' || quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') order by 1
"""
SHAPE = """
select coalesce(md5(string_agg(found, ',' order by found)), '') from (
    select n.nspname || '.' || c.relname || '.' || a.attname || '.' || a.atttypid::text || c.relkind::text as found
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and a.attnum > 0 and not a.attisdropped
) as columns
"""
SEQUENCES = "select quote_ident(schemaname) || '.' || quote_ident(sequencename), last_value from pg_sequences"
OTHERS = f"""
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and (%s or application_name <> '{KEPT}')
"""


class Reused(Protocol):
    """`url` and `engine` are the database's; `put_back` makes it what its template is, whatever a test did to it."""

    url: str

    @property
    def engine(self) -> Engine: ...

    def put_back(self) -> None: ...

    def remove(self) -> None: ...


class ReusedFile:
    """On SQLite: a file in a folder of its own, replaced by another copy of its template."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.file, self.template = folder / "evenkeel.db", template
        self.url = f"sqlite:///{self.file}"
        self.engine = open_database(self.url)
        self.put_back()

    def put_back(self) -> None:
        self.remove()
        shutil.copy(self.template, self.file)

    def remove(self) -> None:
        self.engine.dispose()
        for file in self.file.parent.glob(f"{self.file.name}*"):
            file.unlink()


@dataclass
class ReusedDatabase:
    """On PostgreSQL: the rows of its template are put in again."""

    server: str
    name: str
    template: str
    url: str = ""
    _keeper: psycopg.Connection | None = None
    _rows: dict[str, bytes] = field(default_factory=dict)
    _sequences: list[tuple[str, int | None]] = field(default_factory=list)
    _shape: str = ""

    def __post_init__(self) -> None:
        self._make()

    @cached_property
    def engine(self) -> Engine:
        named = make_url(self.url).update_query_dict({"application_name": KEPT})
        return open_database(named.render_as_string(hide_password=False))

    def put_back(self) -> None:
        is_held = self.engine.pool.checkedout() > 0  # type: ignore[attr-defined]
        if is_held:
            self.engine.dispose()
        keeper = self._connected()
        # What a test left behind, be it a thread or a connection, must not hold what is emptied here.
        keeper.execute(OTHERS, (is_held,))
        if self._ask(SHAPE) == self._shape:
            with keeper.transaction():
                self._fill_again(keeper)
        else:
            self._make()

    def remove(self) -> None:
        self.engine.dispose()
        drop_database(self.server, self.name)

    def _make(self) -> None:
        drop_database(self.server, self.name)
        self.url = create_database(self.server, self.name, self.template)
        self.engine.dispose()
        keeper = self._connected()
        self._shape = self._ask(SHAPE)
        self._sequences = list(keeper.execute(SEQUENCES))
        for (table,) in keeper.execute(TABLES).fetchall():
            with keeper.cursor().copy(f"copy {table} to stdout") as rows:
                self._rows[table] = b"".join(bytes(piece) for piece in rows)

    def _fill_again(self, keeper: psycopg.Connection) -> None:
        keeper.execute("set local session_replication_role = replica")  # rows go and come in any order
        keeper.execute("; ".join(f"delete from {table}" for table in self._rows))
        for table, rows in self._rows.items():
            if rows:
                with keeper.cursor().copy(f"copy {table} from stdin") as target:
                    target.write(rows)
        for name, value in self._sequences:
            keeper.execute("select setval(%s, %s, %s)", (name, value or 1, value is not None))

    def _connected(self) -> psycopg.Connection:
        if self._keeper is None or not self._is_there(self._keeper):
            url = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
            self._keeper = psycopg.connect(url, autocommit=True)
        return self._keeper

    @staticmethod
    def _is_there(connection: psycopg.Connection) -> bool:
        """Not when a test has cut every connection, or the database was made anew."""
        try:
            connection.execute("")
        except psycopg.OperationalError:
            return False
        return True

    def _ask(self, question: str) -> str:
        row = self._connected().execute(question).fetchone()
        return str(row[0]) if row else ""
