"""Bytes are stored before the row that names them is committed. A note of each beginning lies beside them until the row
is there, so that bytes whose row never came, for whatever reason, are found and removed; nothing else is ever looked at,
and a storage that others use as well keeps all that is theirs."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session, SessionTransaction
from sqlmodel import SQLModel

from app.foundation.blobs import BlobStore, StorageAway
from app.foundation.storage import full_disk_said, make_folder

log = logging.getLogger("evenkeel.storage")
NOTES = "begun"  # the folder of the notes
SLASH = "+"  # is in no key
LONGEST_ACT = timedelta(hours=24)
AT_ONCE = 200


@contextmanager
def stored_with(session: Session, store: BlobStore, folder: Path, key: str) -> Iterator[None]:
    """Around the storing: the bytes stay if this session's transaction is committed, and go if not. When storing itself
    fails, perhaps only in what it says, the note stays."""
    note = folder / NOTES / key.replace("/", SLASH)
    with full_disk_said():
        make_folder(note.parent, below=folder)
        note.touch(mode=0o600)
    yield
    is_stored = False

    def committed(session: Session) -> None:
        nonlocal is_stored
        is_stored = is_stored or not session.in_nested_transaction()

    def ended(session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None:
            _settle(store, note, key, is_stored=is_stored)

    event.listen(session, "after_commit", committed)
    event.listen(session, "after_transaction_end", ended)


def sweep_beginnings(session: Session, store: BlobStore, folder: Path, moment: datetime) -> int:
    """What a process left behind that was killed, or could not reach the storage in time; and pieces it had gathered.
    The storage is asked when the transaction is over: nobody waits to write meanwhile."""
    left = [path for path in _files(folder) if _is_old(path, moment)]
    for path in left:
        path.unlink(missing_ok=True)
    notes = {note.name.replace(SLASH, "/"): note for note in _files(folder / NOTES) if _is_old(note, moment)}
    known = _named(session.connection(), notes)
    session.commit()
    for key, note in list(notes.items())[:AT_ONCE]:
        _settle(store, note, key, is_stored=key in known)
    return len(left) + len(notes.keys() - known)


def _settle(store: BlobStore, note: Path, key: str, *, is_stored: bool) -> None:
    try:
        if note.exists() and not is_stored:
            store.delete(key)
    except StorageAway:
        log.warning("The storage was away when %s was to be deleted: it is tried again.", key)
    else:
        note.unlink(missing_ok=True)


def _named(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Those that any row names."""
    wanted, found = list(keys)[:AT_ONCE], set()
    for table in SQLModel.metadata.tables.values():
        if wanted and "storage_key" in table.c:
            found |= set(connection.scalars(select(table.c.storage_key).where(table.c.storage_key.in_(wanted))))
    return found


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def _is_old(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < (moment - LONGEST_ACT).timestamp()
    except FileNotFoundError:
        return False  # settled in this very moment
