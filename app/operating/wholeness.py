"""Whether the database file is whole. Looking takes longer the larger it is, so a start after an orderly stop believes the
note which that stop left."""

from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from app.foundation.database import for_reading, is_sqlite
from app.foundation.settings import Settings

DAMAGED = "The database is damaged, and nothing was changed. Stop here and restore a backup."
NOTE = "last-whole"  # in the data folder: inode, size and time of the file as it was


class CannotUse(Exception):
    """One sentence for the terminal."""


def look_for_damage(engine: Engine) -> None:
    """A page that is not one would be found by whoever first reads it, which may be long after others wrote."""
    if not is_sqlite(engine):
        return
    with for_reading(engine).connect() as connection:
        verdict = connection.exec_driver_sql("pragma quick_check(1)").scalars().first()
    if verdict != "ok":
        raise CannotUse(f"{DAMAGED} ({verdict})")


def is_known_to_be_whole(settings: Settings) -> bool:
    """Nobody has changed the file since it was put away. What a killed process left in the log beside it has its own
    checksums."""
    note, looks = settings.data_dir / NOTE, _looks(settings)
    return looks != "" and note.exists() and note.read_text() == looks


def note_that_it_is_whole(settings: Settings) -> None:
    """Only for whoever has looked, or was the last to close it in order."""
    with suppress(OSError):  # a full disk keeps nobody from stopping; the next start looks itself
        looks = _looks(settings)
        (settings.data_dir / NOTE).write_text(looks)


def sentence_for(error: DatabaseError) -> str:
    words = " ".join(str(error.orig).split())
    if "malformed" in words or "not a database" in words:
        return f"{DAMAGED} ({words})"
    if "locked" in words:
        return "Another program holds the database. Nothing was changed; start again when it is done."
    return f"The database cannot be used: {words}"


def _looks(settings: Settings) -> str:
    file = Path(make_url(settings.database).database or "") if settings.is_embedded else Path()
    if not file.is_file():
        return ""
    found = file.stat()
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns}"
