"""The file of a backup: a zip that any program can open, written in one pass, with the hash of each member at its end."""

import fcntl
import hashlib
import os
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from app.foundation.storage import full_disk_said, sync_folder
from app.operating.backups.manifest import CannotBackUp, Member


class Archive:
    """One that is being written."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zipped = zipped
        self.members: dict[str, Member] = {}

    def add(self, name: str, pieces: Iterable[bytes], *, pack: bool) -> Member:
        """Recordings are packed already, so `pack` is for words."""
        info = zipfile.ZipInfo(name, time.gmtime()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if pack else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        size, found = 0, hashlib.sha256()
        with self._zipped.open(info, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                found.update(piece)
                size += len(piece)
        self.members[name] = Member(size=size, sha256=found.hexdigest())
        return self.members[name]


@contextmanager
def alone_at(path: Path) -> Iterator[BinaryIO]:
    """A new file that nobody else writes to, gone in the end: what should stay is put in place before."""
    with os.fdopen(_open_alone(path), "w+b") as stream:
        try:
            yield stream
        finally:
            # While it is still ours alone: by now it may be a second name of the finished file.
            if _lies_at(stream.fileno(), path):
                path.unlink()


@contextmanager
def new_archive(stream: BinaryIO) -> Iterator[Archive]:
    """Whole and on the disk in the end."""
    with full_disk_said():
        with zipfile.ZipFile(stream, "w", allowZip64=True) as zipped:
            yield Archive(zipped)
        stream.flush()
        os.fsync(stream.fileno())


def put_in_place(partial: Path, path: Path) -> None:
    """Never over another file: an older backup may be all that is left."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise CannotBackUp(f"{path} exists already and was left as it is.") from None
    except OSError:  # some disks know no second name for a file
        if path.exists():
            raise CannotBackUp(f"{path} exists already and was left as it is.") from None
        os.rename(partial, path)
    sync_folder(path.parent)


def _open_alone(path: Path) -> int:
    while True:
        file = _open_locked(path)
        if not _lies_at(file, path):  # whoever held it has just put it in place and taken this name away
            os.close(file)
        elif os.fstat(file).st_nlink > 1:  # one that was killed when it had its name and not yet lost this one
            path.unlink()
            os.close(file)
        else:
            os.ftruncate(file, 0)  # what a killed one left
            os.fchmod(file, 0o600)
            return file


def _open_locked(path: Path) -> int:
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotBackUp(f"{path} cannot be written: {error.strerror}.") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise CannotBackUp(f"Another backup is being written to {path}.") from None
    return file


def _lies_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False
