"""Taking in what a sender sends: written in a thread while more comes, in order and without a gap."""

import asyncio
import os

from app.foundation.sending import TooManyBytes, begun_in_thread, ended, in_thread
from app.foundation.storage import full_disk_said

PIECE = 1024 * 1024  # written at once
MOST_WAITING = 3 * PIECE
SMALL = 16 * 1024
MOST_AT_ONCE = 256  # pieces in one call; systems differ in how many they take
SYNC_EVERY = 16 * PIECE  # brought to the disk at least this often, so that little is sent again after a power cut


class Intake:
    """What one request brings. Its bytes wait in memory while the disk is busy, up to MOST_WAITING and as many again that
    are being written."""

    def __init__(self, part: "Part") -> None:
        self._part = part
        self._waiting = Waiting()
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
            self._waiting = Waiting()
            self._writing.add_done_callback(self._write_on)


class Part:
    """An open .part file that grows at its end, in one thread at a time."""

    def __init__(self, file: int, size: int, limit: int) -> None:
        self.size = size  # of what lies in it without a gap
        self._file, self._limit = file, limit
        self._unsynced = 0  # how much of it the disk may still forget
        self._is_broken = False

    def overflows(self, more: int) -> bool:
        """Whether so many bytes more would be more than were announced."""
        return self.size + more > self._limit

    def write(self, waiting: "Waiting") -> None:
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

    def write_last(self, waiting: "Waiting") -> None:
        try:
            self.write(waiting)
            with full_disk_said():
                os.fdatasync(self._file)
        finally:
            os.close(self._file)


class Waiting:
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
