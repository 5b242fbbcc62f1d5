"""`evenkeel restore FILE`: everything is looked through first, then the files, then the database as the last step."""

import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from app import mounted
from app.foundation.database import open_database
from app.foundation.jobs.queueing import prepare
from app.foundation.rendering import part
from app.foundation.settings import Settings
from app.foundation.storage import BlobStore, StorageFull, StorageUnknown, open_storage, sync_folder
from app.operating.backups.loading import Ended, load, make_searchable
from app.operating.backups.making import key_mark
from app.operating.backups.manifest import KEY, CannotRestore, Header, Manifest, file_member
from app.operating.backups.reading import Backup, open_backup, verify
from app.operating.backups.target import (
    database_file,
    file_keys,
    is_stored,
    require_empty_database,
    require_empty_storage,
    require_same_key,
)
from app.operating.backups.unfinished import is_unfinished, marked

SPARE = 1.5  # times the backup's size must fit beside the files: rows are packed in it


@dataclass
class Restored:
    header: Header
    manifest: Manifest
    ended: Ended
    warnings: list[str] = field(default_factory=list)


def restore_backup(settings: Settings, path: Path) -> Restored:
    """Raises CannotRestore, and then what was there before is as it was."""
    mounted.routers()  # imports every table
    with open_backup(path) as backup:
        _require_known_version(backup)
        verify(backup)
        try:
            store = open_storage(settings.storage_url or None, settings.data_dir)
            settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            return _restore(settings, store, backup)
        except StorageFull:
            raise CannotRestore("There is no room for what the backup holds. Run this again when there is.") from None
        except (StorageUnknown, OSError) as error:
            raise CannotRestore(f"It cannot be restored here: {error}") from error


def _restore(settings: Settings, store: BlobStore, backup: Backup) -> Restored:
    again = is_unfinished(settings.data_dir)
    if again and settings.is_embedded:
        _remove(database_file(settings))  # nobody was served from it
    engine = open_database(settings.database)
    try:
        require_empty_database(settings, engine)
        require_same_key(settings, backup)
        if not again:
            require_empty_storage(store, backup)
        if not store.room_for(int(backup.path.stat().st_size * SPARE)):
            raise StorageFull
        with marked(settings.data_dir):
            _store_key(settings, backup)
            _store_files(settings, store, backup)
            ended = _store_rows(settings, engine, backup)
    finally:
        engine.dispose()
    return Restored(backup.header, backup.manifest, ended, _warnings(settings, backup))


def _store_key(settings: Settings, backup: Backup) -> None:
    if settings.secret_key or KEY not in backup.manifest.members:
        return
    kept = settings.data_dir / "secret.key"
    with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(backup.pieces(KEY))
        file.flush()
        os.fsync(file.fileno())


def _store_files(settings: Settings, store: BlobStore, backup: Backup) -> None:
    with TemporaryDirectory(prefix="restoring-", dir=settings.data_dir) as passing:
        for number, key in enumerate(file_keys(backup)):
            if store.exists(key) and is_stored(store, backup, key):
                continue
            path = Path(passing) / str(number)
            with path.open("wb") as file:
                file.writelines(backup.pieces(file_member(key)))
            store.put_file(path, key)


def _store_rows(settings: Settings, engine: Engine, backup: Backup) -> Ended:
    if not settings.is_embedded:
        prepare(settings.database)
        ended = load(engine, backup)
        make_searchable(engine)
        return ended
    place = database_file(settings)
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f"{place.name}.restoring")
    _remove(aside)  # left by one that was killed
    own = open_database(f"sqlite:///{aside}")
    prepare(f"sqlite:///{aside}")
    ended = load(own, backup)
    make_searchable(own)
    own.dispose()
    _settle(aside)
    os.replace(aside, place)
    _remove(aside)
    sync_folder(place.parent)
    return ended


def _settle(path: Path) -> None:
    """All of it in the one file, on the disk, and whole by SQLite's own judgement."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("pragma wal_checkpoint(truncate)")
        verdict = connection.execute("pragma quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise CannotRestore(f"What was restored is damaged ({verdict}): look at the disk.")
    finally:
        connection.close()
    path.chmod(0o600)
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _remove(database: Path) -> None:
    for name in (database.name, f"{database.name}-wal", f"{database.name}-shm"):
        database.with_name(name).unlink(missing_ok=True)


def _require_known_version(backup: Backup) -> None:
    known = {step.revision for step in ScriptDirectory(str(part("alembic"))).walk_revisions()}
    if backup.header.revision not in known:
        raise CannotRestore(
            f"{backup.path} was made by a newer version of Evenkeel ({backup.header.product}, tables "
            f"{backup.header.revision}): install that first."
        )


def _warnings(settings: Settings, backup: Backup) -> list[str]:
    found = []
    if backup.header.key_mark != key_mark(settings):
        found.append(
            "EVENKEEL_SECRET_KEY is another one than when the backup was made: one-time links in letters sent or "
            "waiting no longer open. Set the old one, or send them anew."
        )
    if backup.manifest.missing:
        found.append(f"{len(backup.manifest.missing)} files were missing or damaged already when the backup was made.")
    return found
