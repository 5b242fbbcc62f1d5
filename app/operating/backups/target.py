"""Where a backup may go: a data folder, a database and a storage in which nothing is that could be lost."""

import hashlib
from pathlib import Path

from sqlalchemy import Engine, inspect, literal, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.jobs.queueing import SCHEMA
from app.foundation.settings import Settings
from app.foundation.storage import BlobStore, LocalFolder
from app.operating.backups.manifest import KEY, CannotRestore, file_member
from app.operating.backups.reading import Backup

FILES = "files/"


def require_empty_database(settings: Settings, engine: Engine) -> None:
    if settings.is_embedded:
        if database_file(settings).exists():
            raise CannotRestore(
                f"{database_file(settings)} exists already. A backup is restored into an empty data folder only: "
                "name another by EVENKEEL_DATA_DIR, or move this one away while no server runs on it."
            )
        return
    try:
        found = inspect(engine)
        tables = found.get_table_names()
        if found.has_table("workflow_status", schema=SCHEMA):
            with engine.connect() as connection:
                jobs = connection.scalar(
                    select(literal(1)).select_from(table("workflow_status", schema=SCHEMA)).limit(1)
                )
            tables += ["workflow_status"] if jobs else []
    except SQLAlchemyError as error:
        raise CannotRestore(f"The database cannot be used: {' '.join(str(error).split())[:300]}") from None
    if tables:
        raise CannotRestore(
            f"The database holds {len(tables)} tables already. A backup is restored into an empty database only: "
            "create a new one and name it by EVENKEEL_DATABASE_URL."
        )


def require_empty_storage(store: BlobStore, backup: Backup) -> None:
    """Elsewhere than in a folder of ours others may keep things: there, only our own names must be free or the same."""
    if isinstance(store, LocalFolder):
        if any(path.is_file() for path in store.root.rglob("*")):
            raise CannotRestore(f"{store.root} holds files already. A backup is restored into an empty storage only.")
        return
    for key in file_keys(backup):
        if store.exists(key) and not is_stored(store, backup, key):
            raise CannotRestore(f"The storage holds something else under {key}: name another one.")


def require_same_key(settings: Settings, backup: Backup) -> None:
    kept = settings.data_dir / "secret.key"
    stated = backup.manifest.members.get(KEY)
    if stated is None or settings.secret_key or not kept.exists():
        return
    if hashlib.sha256(kept.read_bytes().strip()).hexdigest() != stated.sha256:
        raise CannotRestore(f"{kept} is the key of another server: move it away first.")


def is_stored(store: BlobStore, backup: Backup, key: str) -> bool:
    stated, found = backup.manifest.members[file_member(key)], hashlib.sha256()
    if store.size(key) != stated.size:
        return False
    for piece in store.open_range(key):
        found.update(piece)
    return found.hexdigest() == stated.sha256


def file_keys(backup: Backup) -> list[str]:
    return [name.removeprefix(FILES) for name in backup.manifest.members if name.startswith(FILES)]


def database_file(settings: Settings) -> Path:
    return Path(make_url(settings.database).database or "")
