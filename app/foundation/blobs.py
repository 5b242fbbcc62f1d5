"""What every place for bytes can do, and what goes wrong with each: a folder here, or a bucket elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

PIECE = 1024 * 1024
AWAY = "The file storage does not answer at the moment, so nothing was stored or read there. Try again in a minute."
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}(/[a-z0-9][a-z0-9_-]{0,99}(\.[a-z0-9]{1,10})?){1,3}")


class StorageFull(Exception):
    """There is no room left for what was to be stored."""


class StorageUnknown(Exception):
    """One sentence for the terminal: the setting names no storage that this version can use."""


class StorageAway(OSError):
    """The storage did not do it this time: away, slow, or refusing. Nothing was acknowledged; it may be tried again."""

    def __init__(self, sentence: str = AWAY) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Pieces(Protocol):
    """Bytes that are read when they are asked for. Closed when nobody wants the rest."""

    def __iter__(self) -> Iterator[bytes]: ...

    def __next__(self) -> bytes: ...

    def close(self) -> None: ...


class BlobStore(Protocol):
    """A place for bytes under keys that the server made; what people call a file is kept in the database alone."""

    def put_file(self, path: Path, key: str) -> None:
        """Store this file under the key, whole or not at all; the file itself is used up."""
        ...

    def open_range(self, key: str, start: int = 0, length: int | None = None) -> Pieces:
        """Read piece by piece, as fast as the reader takes them. A missing key is known at once: FileNotFoundError."""
        ...

    def size(self, key: str) -> int: ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None: ...

    def local_path(self, key: str) -> Path | None:
        """Where the bytes lie on this machine; nothing when they lie elsewhere, and `file_of` makes a copy."""
        ...

    def room_for(self, size: int) -> bool: ...


def checked(key: str) -> str:
    """The key, if it is one that the server made."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no storage key: keys are made by the server, as in recordings/0f3k/original.mp4.")
    return key
