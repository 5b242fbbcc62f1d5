"""Whether this installation is well: each finding is one line with what to do."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app import mounted
from app.access.session import ViewerSession, as_system
from app.foundation.database import for_reading, is_sqlite, open_database
from app.foundation.settings import Settings
from app.foundation.storage import has_room
from app.operating.backups.target import database_file
from app.operating.backups.unfinished import SENTENCE, is_unfinished
from app.operating.migrating import pending
from app.operating.wholeness import CannotUse
from app.workspace.health.backups import look_at_backups
from app.workspace.health.findings import Finding as Finding
from app.workspace.health.findings import Mark
from app.workspace.health.machinery import (
    look_at_address,
    look_at_clock,
    look_at_key,
    look_at_mail,
    look_at_worker,
)
from app.workspace.health.model import look_at_model
from app.workspace.health.storage import look_at_storage

SAFE_SQLITE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
OLDEST_POSTGRESQL = 15
LONG_LOG = 200_000_000  # bytes of a write-ahead log that something keeps from being folded in
RESTORE = "Stop the server and restore a backup into a new data folder."


def examine(settings: Settings) -> list[Finding]:
    mounted.routers()  # imports every table
    engine = open_database(settings.database)
    try:
        return [
            _database(settings, engine),
            *([_sqlite()] if settings.is_embedded else []),
            look_at_storage(settings, by_writing=True),
            _of_the_database(engine, "worker", look_at_worker),
            look_at_model(settings, by_reading=True),
            look_at_mail(settings, by_knocking=True),
            _of_the_database(engine, "clock", lambda session: look_at_clock(session, settings)),
            _of_the_database(engine, "backup", look_at_backups),
            look_at_address(settings),
            look_at_key(settings),
        ]
    finally:
        engine.dispose()


def sqlite_may_lose_commits() -> bool:
    """Versions whose write-ahead log can be reset while another connection writes to it."""
    version = sqlite3.sqlite_version_info
    return not any(version[:2] == safe[:2] and version >= safe for safe in SAFE_SQLITE) and version < SAFE_SQLITE[0]


def _of_the_database(engine: Engine, name: str, look: Callable[[ViewerSession], Finding]) -> Finding:
    try:
        if _has_no_file(engine):
            return Finding(name, Mark.look, "Unknown, since there is no database yet.")
        with as_system(for_reading(engine)) as session:
            return look(session)
    except SQLAlchemyError:
        return Finding(name, Mark.broken, "Unknown, since the database cannot be read.")


def _database(settings: Settings, engine: Engine) -> Finding:
    if is_unfinished(settings.data_dir):
        return Finding("database", Mark.broken, SENTENCE.format(folder=settings.data_dir))
    if _has_no_file(engine):
        return Finding("database", Mark.look, f"There is none in {settings.data_dir} yet: `evenkeel serve` makes it.")
    try:
        missing = pending(engine)
        trouble, words = _sqlite_database(settings, engine) if is_sqlite(engine) else _postgresql_database(engine)
    except CannotUse as refusal:
        return Finding("database", Mark.broken, str(refusal))
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())[:200]
        return Finding("database", Mark.broken, f"It cannot be read: {reason}.")
    if trouble:
        return Finding("database", Mark.broken, trouble)
    if missing:
        how = "Run `evenkeel migrate`; starting the server does that as well."
        return Finding("database", Mark.broken, f"{words}; {len(missing)} migrations are missing. {how}")
    if settings.is_embedded and not has_room(settings.data_dir, 0):
        return Finding("database", Mark.look, f"{words}. Its disk is nearly full: make room before writing stops.")
    return Finding("database", Mark.ok, f"{words}, and its tables are those of this version.")


def _has_no_file(engine: Engine) -> bool:
    """Looking into a SQLite database would make it, and a data folder with one is no place to restore into."""
    return is_sqlite(engine) and not Path(engine.url.database or "").exists()


def _sqlite_database(settings: Settings, engine: Engine) -> tuple[str, str]:
    """What is broken, and what it is."""
    with for_reading(engine).connect() as connection:
        verdict = connection.exec_driver_sql("pragma integrity_check(1)").scalars().first()
        if verdict != "ok":
            return f"The file is damaged ({verdict}). {RESTORE}", ""
        if astray := connection.exec_driver_sql("pragma foreign_key_check").first():
            return (
                f"Rows of {astray[0]} belong to rows that are gone, as in a copy made while it was written. {RESTORE}",
                "",
            )
        mode = connection.exec_driver_sql("pragma journal_mode").scalar()
    file = database_file(settings)
    log = file.with_name(f"{file.name}-wal")
    long = log.exists() and log.stat().st_size > LONG_LOG
    words = f"SQLite, {file.stat().st_size / 1e6:,.1f} MB, read through and whole, journal {mode}"
    return "", f"{words}, with {log.stat().st_size / 1e6:,.0f} MB in its log" if long else words


def _postgresql_database(engine: Engine) -> tuple[str, str]:
    with for_reading(engine).connect() as connection:
        version = str(connection.exec_driver_sql("show server_version").scalar())
        size = connection.exec_driver_sql("select pg_database_size(current_database())").scalar() or 0
    if int(version.split(".")[0]) < OLDEST_POSTGRESQL:
        return f"PostgreSQL {version} is too old: use {OLDEST_POSTGRESQL} or newer.", ""
    return "", f"PostgreSQL {version}, {size / 1e6:,.1f} MB"


def _sqlite() -> Finding:
    version = sqlite3.sqlite_version
    if sqlite_may_lose_commits():
        fault = "has a known fault in rare crashes with several processes"
        return Finding("sqlite", Mark.look, f"{version} {fault}; 3.51.3 or a patched 3.50.7 or 3.44.6 has not.")
    return Finding("sqlite", Mark.ok, f"{version}.")
