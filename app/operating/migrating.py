"""Bringing the database to this version: our tables by Alembic, the job library's by itself, one process at a time."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DatabaseError

from alembic import command
from app.foundation import jobs
from app.foundation.database import is_sqlite
from app.foundation.rendering import part
from app.foundation.settings import Settings

DAMAGED = "The database is damaged, and nothing was changed. Stop here and restore a backup."
PAUSE = 0.2  # seconds between two tries to get the lock
LOCK = 0x45_56_4B_4C  # any number that nobody else locks: "EVKL"


class CannotMigrate(Exception):
    """One sentence for the terminal."""


def migrate(settings: Settings, engine: Engine) -> None:
    """Safe to call from several processes that start at once; the later ones find nothing left to do."""
    try:
        with _one_at_a_time(settings, engine):
            _look_for_damage(engine)
            with engine.connect() as connection, _rows_kept(connection), connection.begin():
                command.upgrade(alembic_config(connection), "head")
            jobs.prepare(settings.database)
    except DatabaseError as error:
        raise CannotMigrate(_sentence(error)) from error


def _look_for_damage(engine: Engine) -> None:
    """A page that is not one would be found by whoever first reads it, which may be long after others wrote."""
    if not is_sqlite(engine):
        return
    with engine.connect() as connection:
        verdict = connection.exec_driver_sql("pragma quick_check(1)").scalars().first()
    if verdict != "ok":
        raise CannotMigrate(f"{DAMAGED} ({verdict})")


def _sentence(error: DatabaseError) -> str:
    words = " ".join(str(error.orig).split())
    if "malformed" in words or "not a database" in words:
        return f"{DAMAGED} ({words})"
    if "locked" in words:
        return "Another program holds the database. Nothing was changed; start again when it is done."
    return f"The database cannot be used: {words}"


def pending(engine: Engine) -> list[str]:
    """The revisions this database still lacks."""
    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
        script = ScriptDirectory.from_config(alembic_config(connection))
        return [step.revision for step in script.iterate_revisions("head", here)]


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(part("alembic")))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _rows_kept(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; with foreign keys on, dropping the old one would delete its children."""
    if not is_sqlite(connection.engine):
        yield
        return
    raw = connection.connection.driver_connection
    if raw is None:
        raise LookupError("the connection is closed")
    raw.execute("pragma foreign_keys=off")
    try:
        yield
        if raw.execute("pragma foreign_key_check").fetchone():
            raise RuntimeError("a migration left rows that point nowhere")
    finally:
        raw.execute("pragma foreign_keys=on")


@contextmanager
def _one_at_a_time(settings: Settings, engine: Engine) -> Iterator[None]:
    if is_sqlite(engine):
        with _locked_file(settings.data_dir / "migrate.lock"):
            yield
        return
    # No transaction is open while the lock is held or waited for: the job library makes indexes concurrently, and those
    # wait for every transaction of the server to end.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(select(func.pg_try_advisory_lock(LOCK))):
            time.sleep(PAUSE)
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(LOCK)))


@contextmanager
def _locked_file(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
