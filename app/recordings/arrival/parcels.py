"""The bytes of one upload on their way: a file on this machine, or parts in a bucket that every web process reaches."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple, Protocol

from app.foundation import uploads
from app.foundation.settings import Settings
from app.foundation.storage import BlobStore, LocalFolder
from app.recordings.models import Upload
from app.recordings.storing import Remains, media_key, storage_of, uploads_folder


class Parcel(Protocol):
    @property
    def is_shared(self) -> bool:
        """No file can be locked, so whoever adds to it holds its row."""
        ...

    def begin(self) -> str:
        """Before the first bytes: what the place calls it, to be noted in its row."""
        ...

    def stored(self) -> int:
        """Where the sender goes on."""
        ...

    async def append(self, offset: int, stream: AsyncIterator[bytes]) -> int: ...

    def finish(self) -> None:
        """Into the storage for good, under its media key. May be repeated."""
        ...

    def remove(self) -> None: ...


def parcel_of(settings: Settings, upload: Upload | Remains) -> Parcel:
    store = storage_of(settings)
    if isinstance(store, LocalFolder):
        return LocalParcel(uploads_folder(settings), store, upload.id, upload.size)
    from app.recordings.arrival.parcels_in_parts import SharedParcel  # noqa: PLC0415  only where a bucket is used

    return SharedParcel(store, upload)


class LocalParcel(NamedTuple):
    folder: Path
    store: BlobStore
    upload_id: str
    size: int
    is_shared: bool = False

    def begin(self) -> str:
        return ""  # its file was made when it was announced

    def stored(self) -> int:
        try:
            return uploads.stored_bytes(self.folder, self.upload_id)
        except uploads.UploadMissing:
            if self.store.exists(media_key(self.upload_id)):
                return self.size  # another request has just moved it
            raise

    async def append(self, offset: int, stream: AsyncIterator[bytes]) -> int:
        return await uploads.append(self.folder, self.upload_id, offset, stream, self.size)

    def finish(self) -> None:
        key = media_key(self.upload_id)
        try:
            self.store.put_file(uploads.finish(self.folder, self.upload_id), key)
        except (uploads.UploadMissing, FileNotFoundError):
            if not self.store.exists(key):  # else another request of the same sender has just moved them
                raise uploads.UploadMissing(self.upload_id) from None

    def remove(self) -> None:
        uploads.remove(self.folder, self.upload_id)
