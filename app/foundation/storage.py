"""Bytes of recordings and attachments: a local folder, unless the setting names a bucket that speaks S3."""

import errno
import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from app.foundation.blobs import PIECE, checked
from app.foundation.blobs import BlobStore as BlobStore
from app.foundation.blobs import Pieces as Pieces
from app.foundation.blobs import StorageAway as StorageAway
from app.foundation.blobs import StorageFull as StorageFull
from app.foundation.blobs import StorageUnknown as StorageUnknown

RESERVE = 0.05  # of the disk stays free: a full one would stop the database as well
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def open_storage(url: str | None, data_dir: Path) -> BlobStore:
    """The storage of this setting; without one, a folder in the data folder."""
    if not url:
        return LocalFolder(data_dir / "files")
    place = urlsplit(url)
    if place.scheme == "s3":
        from app.foundation.s3.bucket import open_bucket  # noqa: PLC0415  30 MB that only a process with a bucket needs

        return open_bucket(url)
    if place.scheme == "file" and not place.netloc and place.path not in ("", "/"):
        return LocalFolder(Path(unquote(place.path)))
    raise StorageUnknown(
        f"EVENKEEL_STORAGE_URL begins with {place.scheme or 'no scheme'}, and files can be stored in a local folder or "
        "in S3: leave it empty, or write file:///absolute/path or s3://bucket."
    )


@contextmanager
def file_of(store: BlobStore, key: str, scratch: Path) -> Iterator[Path]:
    """A file with these bytes, for programs that need one: the stored one, or a copy for as long as it is needed."""
    if path := store.local_path(key):
        yield path
        return
    make_folder(scratch, below=scratch)
    if not has_room(scratch, store.size(key)):
        raise StorageFull("There is no room for a copy of this file to work on.")
    copy = scratch / f"{checked(key).replace('/', '-')}.{uuid4().hex}.copy"
    try:
        with full_disk_said(), open(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(store.open_range(key))
        yield copy
    finally:
        copy.unlink(missing_ok=True)


class LocalFolder:
    """Files of mode 0600 in folders of mode 0700, each complete from the moment it can be seen."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put_file(self, path: Path, key: str) -> None:
        target = self._path(key)
        with full_disk_said():
            make_folder(target.parent, below=self.root)
            try:
                _sync_and_close(os.open(path, os.O_RDWR))
                os.chmod(path, 0o600)
                os.replace(path, target)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                _copy(path, target)
                path.unlink()
            sync_folder(target.parent)

    def open_range(self, key: str, start: int = 0, length: int | None = None) -> Pieces:
        file = self._path(key).open("rb")  # here and not at the first piece, so that a missing file is known at once
        return _read(file, start, length)

    def size(self, key: str) -> int:
        return self._path(key).stat().st_size

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        path = self._path(key)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            sync_folder(path.parent)

    def local_path(self, key: str) -> Path | None:
        return self._path(key)

    def room_for(self, size: int) -> bool:
        make_folder(self.root, below=self.root)
        return has_room(self.root, size)

    def _path(self, key: str) -> Path:
        return self.root / checked(key)


def has_room(folder: Path, size: int) -> bool:
    """Whether so many bytes fit and the reserve stays free."""
    disk = shutil.disk_usage(folder)
    return disk.free - size >= disk.total * RESERVE


def make_folder(folder: Path, *, below: Path) -> None:
    """Make a private folder with its parents, and have the disk remember each of them."""
    if folder.is_dir():
        return
    if folder == below:
        folder.parent.mkdir(parents=True, exist_ok=True)
    else:
        make_folder(folder.parent, below=below)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk remember which files are here; a file's own fsync does not."""
    _sync_and_close(os.open(folder, os.O_RDONLY | os.O_DIRECTORY))


@contextmanager
def full_disk_said() -> Iterator[None]:
    """Turn the system's many words for a full disk into one of ours."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull("There is no room left to store this file.") from error
        raise


def _copy(path: Path, target: Path) -> None:
    """To another disk: first under a passing name beside the target, so that the target is never half a file."""
    passing = target.with_name(f".{uuid4().hex}.part")
    try:
        with (
            path.open("rb") as source,
            open(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy,
        ):
            shutil.copyfileobj(source, copy, PIECE)
            copy.flush()
            os.fsync(copy.fileno())
        os.replace(passing, target)
    finally:
        passing.unlink(missing_ok=True)


def _read(file: BinaryIO, start: int, length: int | None) -> Generator[bytes, None, None]:
    with file:
        file.seek(start)
        left = length
        while left is None or left > 0:
            piece = file.read(PIECE if left is None else min(PIECE, left))
            if not piece:
                return
            left = None if left is None else left - len(piece)
            yield piece


def _sync_and_close(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
