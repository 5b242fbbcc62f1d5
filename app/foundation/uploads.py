"""The bytes of an upload that may break off and go on: the truth is how many of them lie in the .part file."""

import asyncio
import fcntl
import hashlib
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

from app.foundation.sending import TooManyBytes as TooManyBytes
from app.foundation.sending import UploadBusy as UploadBusy
from app.foundation.sending import UploadMissing as UploadMissing
from app.foundation.sending import WrongOffset as WrongOffset
from app.foundation.sending import begun_in_thread, ended, in_thread, until_it_breaks
from app.foundation.storage import full_disk_said, make_folder, sync_folder

PIECE = 1024 * 1024  # written at once
MOST_WAITING = 3 * PIECE
SMALL = 16 * 1024
MOST_AT_ONCE = 256  # pieces in one call; systems differ in how many they take
SYNC_EVERY = 16 * PIECE  # brought to the disk at least this often, so that little is sent again after a power cut
_ID = re.compile(r"[a-z0-9]{8,64}")


def create(folder: Path, upload_id: str) -> None:
    """Begin an upload with no bytes."""
    path = _path(folder, upload_id)
    with full_disk_said():
        make_folder(folder, below=folder)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        sync_folder(folder)


def stored_bytes(folder: Path, upload_id: str) -> int:
    """How many bytes are stored: where the sender goes on."""
    try:
        return _path(folder, upload_id).stat().st_size
    except FileNotFoundError:
        raise UploadMissing(f"There is no upload {upload_id}.") from None


async def append(folder: Path, upload_id: str, offset: int, stream: AsyncIterator[bytes], limit: int) -> int:
    """Add what the stream brings at this offset, never beyond `limit` bytes in all; how many are stored then.

    Whatever ends the stream early, the sender's disappearance included, what came before it stays stored. What comes while
    the disk is busy waits in memory, up to MOST_WAITING.
    """
    intake = _Intake(_Part(await in_thread(_open_locked, _path(folder, upload_id), offset), offset, limit))
    try:
        async for piece in until_it_breaks(stream):
            await intake.take(piece)
    finally:
        # Also when this request is cancelled: what has arrived is written and the file is let go, in that order.
        size = await intake.end()
    return size


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def finish(folder: Path, upload_id: str) -> Path:
    """The file of a complete upload, safe on the disk, for the storage to take."""
    path = _path(folder, upload_id)
    file = _open_locked(path, None)
    try:
        with full_disk_said():
            os.fsync(file)
    finally:
        os.close(file)
    return path


def remove(folder: Path, upload_id: str) -> None:
    _path(folder, upload_id).unlink(missing_ok=True)
    if folder.is_dir():
        sync_folder(folder)


def _path(folder: Path, upload_id: str) -> Path:
    if not _ID.fullmatch(upload_id):
        raise UploadMissing("That is no upload id.")
    return folder / f"{upload_id}.part"


def _open_locked(path: Path, offset: int | None) -> int:
    """The open file, held by us alone until it is closed, once it is as long as the sender believes."""
    try:
        file = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        raise UploadMissing(f"There is no upload {path.stem}.") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        size = os.fstat(file).st_size
        if offset is not None and offset != size:
            raise WrongOffset(size)
    except BlockingIOError:
        os.close(file)
        raise UploadBusy(f"Another request is adding to upload {path.stem}.") from None
    except BaseException:
        os.close(file)
        raise
    return file


class _Waiting:
    """Bytes in the order they came, as they came: copying a gigabyte together would be a tenth of taking it in."""

    def __init__(self) -> None:
        self.pieces: list[bytes | bytearray | memoryview] = []
        self.size = 0

    def add(self, piece: bytes) -> None:
        """Small ones are put together, because each costs more than itself to keep."""
        last = self.pieces[-1] if self.pieces else None
        if len(piece) >= SMALL:
            self.pieces.append(piece)
        elif isinstance(last, bytearray) and len(last) < PIECE:
            last += piece
        else:
            self.pieces.append(bytearray(piece))
        self.size += len(piece)

    def cut(self, size: int) -> None:
        """To its first bytes."""
        if size < self.size:
            self.pieces, self.size = [memoryview(b"".join(self.pieces))[:size]], size

    def drop(self, size: int) -> None:
        """Its first bytes, which are written."""
        self.size -= size
        while size:
            first = memoryview(self.pieces[0])
            if len(first) > size:
                self.pieces[0] = first[size:]
                return
            size -= len(first)
            del self.pieces[0]


class _Part:
    """An open .part file that grows at its end, in one thread at a time."""

    def __init__(self, file: int, size: int, limit: int) -> None:
        self.size = size  # of what lies in it without a gap
        self._file, self._limit = file, limit
        self._unsynced = 0  # how much of it the disk may still forget
        self._is_broken = False

    def overflows(self, more: int) -> bool:
        """Whether so many bytes more would be more than were announced."""
        return self.size + more > self._limit

    def write(self, waiting: _Waiting) -> None:
        if self._is_broken:
            return  # something before this is missing
        self._is_broken = True
        come = waiting.size
        waiting.cut(max(0, self._limit - self.size))
        fits = waiting.size == come
        with full_disk_said():
            while waiting.size:
                count = os.pwritev(self._file, waiting.pieces[:MOST_AT_ONCE], self.size)
                waiting.drop(count)
                self.size += count
                self._unsynced += count
            if self._unsynced >= SYNC_EVERY:
                os.fdatasync(self._file)
                self._unsynced = 0
        if not fits:
            raise TooManyBytes(f"This upload was to have {self._limit} bytes, and more came.")
        self._is_broken = False

    def write_last(self, waiting: _Waiting) -> None:
        try:
            self.write(waiting)
            with full_disk_said():
                os.fdatasync(self._file)
        finally:
            os.close(self._file)


class _Intake:
    """What comes is written in a thread while more comes; all else happens on the loop."""

    def __init__(self, part: _Part) -> None:
        self._part = part
        self._waiting = _Waiting()
        self._writing: asyncio.Future[None] | None = None
        self._is_ending = False

    async def take(self, piece: bytes) -> None:
        self._waiting.add(piece)
        if self._writing is not None and (self._writing.done() or self._waiting.size >= MOST_WAITING):
            await ended(self._writing)
        self._write_on()

    async def end(self) -> int:
        """How many bytes are stored once everything is written; the file is closed then."""
        self._is_ending = True
        try:
            if self._writing is not None:
                await ended(self._writing)
        finally:
            await in_thread(self._part.write_last, self._waiting)
        return self._part.size

    def _write_on(self, written: "asyncio.Future[None] | None" = None) -> None:
        """Begin to write what waits, unless it is too little: at once when the last write is done, for the sender may have
        fallen silent by then."""
        if self._is_ending or (self._writing is not None and not self._writing.done()):
            return
        if written is not None and (written.cancelled() or written.exception()):
            return  # whoever asks for its end is told
        if self._waiting.size >= PIECE or self._part.overflows(self._waiting.size):
            self._writing = begun_in_thread(self._part.write, self._waiting)
            self._waiting = _Waiting()
            self._writing.add_done_callback(self._write_on)
