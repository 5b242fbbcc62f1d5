"""Bytes of recordings and attachments: a local folder today, and the shape of any other place to keep them."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit
from uuid import uuid4

PIECE = 1024 * 1024
RESERVE = 0.05  # of the disk stays free: a full one would stop the database as well
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}(/[a-z0-9][a-z0-9_-]{0,99}(\.[a-z0-9]{1,10})?){1,3}")


class StorageFull(Exception):
    """There is no room left for what was to be stored."""


class StorageUnknown(Exception):
    """One sentence for the terminal: the setting names no storage that this version can use."""


class BlobStore(Protocol):
    """A place for bytes under keys that the server made; what people call a file is kept in the database alone."""

    def put_file(self, path: Path, key: str) -> None:
        """Store this file under the key, whole or not at all; the file itself is used up."""
        ...

    def open_range(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]: ...

    def size(self, key: str) -> int: ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None: ...

    def local_path(self, key: str) -> Path | None:
        """Where the bytes lie on this machine, for programs that need a file; nothing when they lie elsewhere."""
        ...

    def room_for(self, size: int) -> bool: ...


def open_storage(url: str | None, data_dir: Path) -> BlobStore:
    """The storage of this setting; without one, a folder in the data folder."""
    if not url:
        return LocalFolder(data_dir / "files")
    place = urlsplit(url)
    if place.scheme == "file" and not place.netloc and place.path not in ("", "/"):
        return LocalFolder(Path(unquote(place.path)))
    raise StorageUnknown(
        f"EVENKEEL_STORAGE_URL begins with {place.scheme or 'no scheme'}, and this version stores files only in a "
        "local folder: leave it empty or write file:///absolute/path."
    )


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

    def open_range(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
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
        if not _KEY.fullmatch(key):
            raise ValueError(
                f"{key!r} is no storage key: keys are made by the server, as in recordings/0f3k/original.mp4."
            )
        return self.root / key


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


def _read(file: BinaryIO, start: int, length: int | None) -> Iterator[bytes]:
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
