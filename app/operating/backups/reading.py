"""Open a backup and find out whether it is whole. Nothing else is touched."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from app.foundation.blobs import PIECE
from app.operating.backups.manifest import (
    FORMAT,
    HEADER,
    MANIFEST,
    CannotRestore,
    Header,
    Manifest,
    TableOf,
    table_member,
)
from app.operating.backups.rows import parse_line

SMALL = 500_000_000  # bytes of a member that is read in one piece
PLAIN_COPY = b"SQLite format 3\0"
# Whatever zipfile raises for bytes that are no archive of ours: RuntimeError for a locked member, NotImplementedError for a way
# of packing it does not know, OSError for a place beyond the end. The command answers each with one sentence and touches nothing.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Backup:
    path: Path
    zipped: zipfile.ZipFile
    header: Header
    manifest: Manifest

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, hashed once more on their way: the file may have changed since it was looked through."""
        stated, found, size = self.manifest.members[name], hashlib.sha256(), 0
        with self.zipped.open(name) as member:
            while piece := member.read(PIECE):
                found.update(piece)
                size += len(piece)
                if size > stated.size:
                    break
                yield piece
        if (size, found.hexdigest()) != (stated.size, stated.sha256):
            raise CannotRestore(f"{self.path} is damaged: {name} is not what was stored.")

    def rows(self, table: TableOf) -> Iterator[dict[str, object]]:
        held = b""
        for piece in self.pieces(table_member(table.name)):
            *lines, held = (held + piece).split(b"\n")
            for line in lines:
                yield parse_line(line, table.columns)
        if held:
            raise ValueError(f"the last row of {table.name} is cut off")


@contextmanager
def open_backup(path: Path) -> Iterator[Backup]:
    _look_at_beginning(path)
    try:
        zipped = zipfile.ZipFile(path)
    except DAMAGED:
        raise CannotRestore(f"{path} is damaged or cut off: it has no end that belongs to a backup.") from None
    with zipped:
        yield Backup(path, zipped, _header(path, zipped), _manifest(path, zipped))


def verify(backup: Backup) -> None:
    """Reads everything: each byte is what was written, and each row can be understood."""
    try:
        for table in backup.manifest.tables:
            if sum(1 for _ in backup.rows(table)) != table.rows:
                raise ValueError(f"{table.name} has another number of rows than was written")
        read = {table_member(table.name) for table in backup.manifest.tables}
        for name in backup.manifest.members:
            if name not in read:
                for _ in backup.pieces(name):
                    pass
    except DAMAGED as error:
        raise CannotRestore(f"{backup.path} is damaged: {error}.") from error


def _look_at_beginning(path: Path) -> None:
    try:
        with path.open("rb") as file:
            beginning = file.read(16)
    except OSError as error:
        raise CannotRestore(f"{path} cannot be read: {error.strerror}.") from None
    if beginning == PLAIN_COPY:
        raise CannotRestore(
            f"{path} is a plain copy of a SQLite database and no backup. A copy made while the server ran lacks what was "
            "still in its log, and may be torn. Make a backup with `evenkeel backup FILE`."
        )
    if not beginning.startswith(b"PK"):
        raise CannotRestore(f"{path} is no backup of Evenkeel.")


def _header(path: Path, zipped: zipfile.ZipFile) -> Header:
    try:
        header = Header.model_validate_json(_small(zipped, HEADER))
    except KeyError:
        raise CannotRestore(f"{path} is no backup of Evenkeel.") from None
    except (ValidationError, *DAMAGED):
        raise CannotRestore(f"{path} is damaged: what it says about itself cannot be read.") from None
    if header.evenkeel_backup > FORMAT:
        raise CannotRestore(f"{path} was made by a newer version of Evenkeel ({header.product}): install that first.")
    return header


def _manifest(path: Path, zipped: zipfile.ZipFile) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(_small(zipped, MANIFEST))
    except (KeyError, ValidationError, *DAMAGED):
        raise CannotRestore(f"{path} is damaged: the list of what it holds cannot be read.") from None
    names = zipped.namelist()
    expected = {*manifest.members, MANIFEST}
    if len(names) != len(expected) or set(names) != expected:
        raise CannotRestore(f"{path} is damaged: it holds something else than it says.")
    if not all(table_member(table.name) in manifest.members for table in manifest.tables):
        raise CannotRestore(f"{path} is damaged: it says that it holds tables which it does not.")
    return manifest


def _small(zipped: zipfile.ZipFile, name: str) -> bytes:
    if zipped.getinfo(name).file_size > SMALL:
        raise ValueError("far too long")
    return zipped.read(name)
