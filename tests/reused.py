"""One PostgreSQL database for all tests of a process, put back to what it was after each: far quicker than a new one."""

from dataclasses import dataclass, field

import psycopg
from sqlalchemy.engine import make_url

from tests.postgres import create_database, drop_database

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
OTHERS = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"


@dataclass
class Reused:
    """`url` is the database's; `put_back` makes it what its template is, whatever a test did to it."""

    server: str
    name: str
    template: str
    url: str = ""
    _rows: dict[str, bytes] = field(default_factory=dict)
    _sequences: list[tuple[str, int | None]] = field(default_factory=list)
    _shape: str = ""

    def make(self) -> None:
        drop_database(self.server, self.name)
        self.url = create_database(self.server, self.name, self.template)
        with self._connect() as connection:
            self._shape = self._one(connection, SHAPE)
            self._sequences = list(connection.execute(SEQUENCES))
            for (table,) in connection.execute(TABLES).fetchall():
                with connection.cursor().copy(f"copy {table} to stdout") as rows:
                    self._rows[table] = b"".join(bytes(piece) for piece in rows)

    def put_back(self) -> None:
        with self._connect() as connection:
            connection.execute(OTHERS)  # a thread that a test left behind must not hold what is emptied here
            is_the_same = self._one(connection, SHAPE) == self._shape
            if is_the_same:
                self._fill_again(connection)
        if not is_the_same:
            self.make()

    def _fill_again(self, connection: psycopg.Connection) -> None:
        connection.execute("set session_replication_role = replica")  # rows go and come in any order
        connection.execute("; ".join(f"delete from {table}" for table in self._rows))
        for table, rows in self._rows.items():
            if rows:
                with connection.cursor().copy(f"copy {table} from stdin") as target:
                    target.write(rows)
        for name, value in self._sequences:
            connection.execute("select setval(%s, %s, %s)", (name, value or 1, value is not None))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False))

    @staticmethod
    def _one(connection: psycopg.Connection, question: str) -> str:
        row = connection.execute(question).fetchone()
        return str(row[0]) if row else ""
