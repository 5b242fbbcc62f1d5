"""Whether this installation is well: each finding is one line with what to do."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from app.access.session import as_system
from app.foundation.clock import now
from app.foundation.database import is_sqlite, open_database
from app.foundation.mail import is_reachable
from app.foundation.settings import Settings
from app.foundation.storage import StorageUnknown, open_storage
from app.foundation.workers import worker_is_alive
from app.operating.migrating import pending
from app.speech.model_store import ModelUnavailable, find_model

SAFE_SQLITE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
RESERVE = 1_000_000_000  # bytes that should be free for the next recording


@dataclass(frozen=True)
class Finding:
    name: str
    sentence: str
    is_wrong: bool = False
    is_doubtful: bool = False

    @property
    def mark(self) -> str:
        return "wrong" if self.is_wrong else "look" if self.is_doubtful else "well"


def examine(settings: Settings) -> list[Finding]:
    checks: list[Callable[[Settings], Finding]] = [_database, _worker, _storage, _model, _mail, _clock]
    findings = [check(settings) for check in checks]
    return findings + ([_sqlite()] if settings.is_embedded else [])


def sqlite_may_lose_commits() -> bool:
    """Versions whose write-ahead log can be reset while another connection writes to it."""
    version = sqlite3.sqlite_version_info
    return not any(version[:2] == safe[:2] and version >= safe for safe in SAFE_SQLITE) and version < SAFE_SQLITE[0]


def _database(settings: Settings) -> Finding:
    engine = open_database(settings.database)
    try:
        missing = pending(engine)
        with engine.connect() as connection:
            if is_sqlite(engine):
                verdict = connection.exec_driver_sql("pragma quick_check(1)").scalars().first()
                if verdict != "ok":
                    return Finding("database", f"The file is damaged ({verdict}): restore a backup.", is_wrong=True)
    except SQLAlchemyError as error:
        return Finding("database", f"It cannot be opened: {type(error).__name__}.", is_wrong=True)
    finally:
        engine.dispose()
    if missing:
        return Finding("database", f"{len(missing)} migrations are missing: run `evenkeel migrate`.", is_wrong=True)
    return Finding("database", "SQLite, whole and up to date." if settings.is_embedded else "PostgreSQL, up to date.")


def _worker(settings: Settings) -> Finding:
    engine = open_database(settings.database)
    try:
        with as_system(engine) as session:
            alive = worker_is_alive(session)
    except SQLAlchemyError:
        return Finding("worker", "Unknown, since the database cannot be read.", is_wrong=True)
    finally:
        engine.dispose()
    if alive:
        return Finding("worker", "At least one is running.")
    return Finding(
        "worker",
        "None is running: mail and recordings wait. Run `evenkeel worker` or `evenkeel serve`.",
        is_doubtful=True,
    )


def _storage(settings: Settings) -> Finding:
    try:
        has_room = open_storage(settings.storage_url or None, settings.data_dir).room_for(RESERVE)
    except (StorageUnknown, OSError) as trouble:
        return Finding("storage", str(trouble), is_wrong=True)
    if not has_room:
        return Finding("storage", "The disk is nearly full: recordings may be refused.", is_doubtful=True)
    return Finding("storage", "There is room.")


def _model(settings: Settings) -> Finding:
    try:
        folder = find_model(settings.data_dir, settings.model_dir)
    except ModelUnavailable as trouble:
        return Finding("model", str(trouble), is_wrong=True)
    if folder is None:
        return Finding(
            "model", "Not here yet: recordings wait. Get it with `evenkeel models --fetch`.", is_doubtful=True
        )
    return Finding("model", f"In {folder}.")


def _mail(settings: Settings) -> Finding:
    if not settings.smtp_url:
        return Finding("mail", "Not set up: letters wait, and pages offer their links to copy.", is_doubtful=True)
    if is_reachable(settings):
        return Finding("mail", "The mail server answers.")
    return Finding("mail", "The mail server does not answer: letters wait.", is_wrong=True)


def _clock(settings: Settings) -> Finding:
    words = f"It is {now():%Y-%m-%d %H:%M} UTC."
    return Finding(
        "clock", f"{words} It was set by EVENKEEL_CLOCK." if settings.clock else words, is_doubtful=bool(settings.clock)
    )


def _sqlite() -> Finding:
    version = sqlite3.sqlite_version
    if sqlite_may_lose_commits():
        return Finding(
            "sqlite",
            f"{version} has a known fault in rare crashes with several processes; 3.51.3 or a patched 3.50.7 or 3.44.6 has not.",
            is_doubtful=True,
        )
    return Finding("sqlite", f"{version}.")
