"""`evenkeel backup FILE`: one moment of the database, then the files that it names, then all of it read back."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, literal, select, union_all
from sqlalchemy.exc import SQLAlchemyError

from app import mounted
from app.foundation.clock import now
from app.foundation.database import for_reading, is_sqlite
from app.foundation.settings import Settings
from app.foundation.storage import BlobStore, StorageFull, StorageUnknown, open_storage
from app.operating.backups.archive import Archive, alone_at, new_archive, put_in_place
from app.operating.backups.manifest import (
    FORMAT,
    HEADER,
    KEY,
    MANIFEST,
    CannotBackUp,
    CannotRestore,
    ColumnOf,
    Header,
    Manifest,
    TableOf,
    file_member,
    table_member,
)
from app.operating.backups.reading import open_backup, verify
from app.operating.backups.rows import as_line, columns_of, read_rows, tables_to_keep
from app.operating.migrating import pending
from app.operating.wholeness import CannotUse

FILE_COLUMNS = ["storage_key", "size", "sha256"]  # a table with these names a file


@dataclass(frozen=True)
class File:
    key: str
    size: int
    sha256: str


@dataclass
class Made:
    path: Path
    seconds: float
    size: int
    rows: int
    files: int
    missing: list[str]
    removed: list[str]


@dataclass
class Gathered:
    tables: list[TableOf] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    copied: int = 0
    removed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def make_backup(settings: Settings, engine: Engine, path: Path) -> Made:
    """Raises CannotBackUp, and then there is no file of that name."""
    mounted.routers()  # imports every table
    began = time.monotonic()
    if path.exists():
        raise CannotBackUp(f"{path} exists already: choose another name.")
    partial = path.with_name(f"{path.name}.partial")
    try:
        with alone_at(partial) as stream:
            with new_archive(stream) as archive:
                _fill(archive, settings, engine)
            manifest = _read_back(partial)
            put_in_place(partial, path)
    except StorageFull:
        raise CannotBackUp(f"There is no room for {path}.") from None
    except SQLAlchemyError as error:
        words = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
        raise CannotBackUp(f"The database could not be read: {words}") from error
    except (StorageUnknown, OSError) as error:
        raise CannotBackUp(str(error)) from error
    seconds = time.monotonic() - began
    size = path.stat().st_size
    return Made(path, seconds, size, manifest.rows, manifest.files, manifest.missing, manifest.removed)


def key_mark(settings: Settings) -> str:
    return hmac.digest(settings.secret, b"the mark of this key in backups", hashlib.sha256).hex()[:16]


def _fill(archive: Archive, settings: Settings, engine: Engine) -> None:
    gathered = Gathered()
    with _one_moment(engine) as connection:
        archive.add(HEADER, [_header(settings, connection)], pack=False)
        for table in tables_to_keep():
            columns = columns_of(table)
            counted = _Counted(read_rows(connection, table), columns, gathered)
            archive.add(table_member(table.name), counted, pack=True)
            gathered.tables.append(TableOf(name=table.name, columns=columns, rows=counted.count))
    store = open_storage(settings.storage_url or None, settings.data_dir)
    for file in gathered.files.values():
        _add_file(archive, engine, store, file, gathered)
    if not settings.secret_key:
        archive.add(KEY, [settings.secret], pack=False)
    manifest = Manifest(
        members=dict(archive.members),
        tables=gathered.tables,
        files=gathered.copied,
        removed=gathered.removed,
        missing=gathered.missing,
    )
    archive.add(MANIFEST, [manifest.model_dump_json().encode()], pack=True)


class _Counted:
    """The lines of a table; and on the way, how many there are and which files they name."""

    def __init__(self, rows: Iterator[list[object]], columns: list[ColumnOf], gathered: Gathered) -> None:
        names = [column.name for column in columns]
        self._places = [names.index(name) for name in FILE_COLUMNS] if set(FILE_COLUMNS) <= set(names) else []
        self._rows, self._gathered, self.count = rows, gathered, 0

    def __iter__(self) -> Iterator[bytes]:
        for row in self._rows:
            self.count += 1
            if self._places and row[self._places[0]]:
                key, size, sha256 = (row[place] for place in self._places)
                self._gathered.files[str(key)] = File(str(key), int(str(size)), str(sha256))
            yield as_line(row)


def _add_file(archive: Archive, engine: Engine, store: BlobStore, file: File, gathered: Gathered) -> None:
    try:
        pieces = store.open_range(file.key)
    except FileNotFoundError:
        # Deleted by somebody since the moment of the database, or lost.
        (gathered.missing if _is_still_named(engine, file.key) else gathered.removed).append(file.key)
        return
    member = archive.add(file_member(file.key), pieces, pack=False)
    gathered.copied += 1
    # A recording's hash is found out by the worker, some time after it came.
    if member.size != file.size or file.sha256 not in ("", member.sha256):
        gathered.missing.append(file.key)


def _is_still_named(engine: Engine, key: str) -> bool:
    tables = [table for table in tables_to_keep() if set(FILE_COLUMNS) <= set(table.columns.keys())]
    with for_reading(engine).connect() as connection:
        query = union_all(*(select(literal(1)).where(table.c.storage_key == key) for table in tables))
        return connection.execute(query).first() is not None


@contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """All that is read inside is as it was at one moment, while others go on writing."""
    try:
        missing = pending(engine)
    except CannotUse as reason:
        raise CannotBackUp(str(reason)) from None
    if missing:
        raise CannotBackUp(
            f"The database lacks {len(missing)} migrations of this version: back it up with the version that wrote it, "
            "or run `evenkeel migrate` first."
        )
    if is_sqlite(engine):
        with for_reading(engine).connect() as connection:
            yield connection
    else:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with engine.connect().execution_options(**options) as connection:
            yield connection


def _header(settings: Settings, connection: Connection) -> bytes:
    header = Header(
        evenkeel_backup=FORMAT,
        product=version("evenkeel"),
        revision=MigrationContext.configure(connection).get_current_revision() or "",
        database=connection.dialect.name,
        made_at=now(),
        key_mark=key_mark(settings),
    )
    return json.dumps(header.model_dump(mode="json")).encode()


def _read_back(partial: Path) -> Manifest:
    try:
        with open_backup(partial) as backup:
            verify(backup)
            return backup.manifest
    except CannotRestore as reason:
        raise CannotBackUp(f"It was written and could not be read back: {reason}") from reason
