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
from app.foundation.sending import begun_in_thread, ended, until_it_breaks
from app.foundation.storage import full_disk_said, make_folder, sync_folder
from app.foundation.taking_in import Intake, Part

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

    Whatever ends the stream early, the sender's disappearance included, what came before it stays stored.
    """
    intake = Intake(Part(await _opened(_path(folder, upload_id), offset), offset, limit))
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


async def _opened(path: Path, offset: int) -> int:
    opening = begun_in_thread(_open_locked, path, offset)
    try:
        return await ended(opening)
    except asyncio.CancelledError:
        if not opening.exception():
            os.close(opening.result())  # nobody else would, and it is locked as long as it is open
        raise


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
