"""An upload in a bucket. Imported only where the setting names one."""

from collections.abc import AsyncIterator

from app.foundation import uploads
from app.foundation.s3.bucket import Bucket
from app.foundation.s3.parts import Parts, begin_parts
from app.foundation.storage import BlobStore
from app.recordings.models import Upload
from app.recordings.storing import Remains, media_key


class SharedParcel:
    is_shared = True

    def __init__(self, store: BlobStore, upload: Upload | Remains) -> None:
        assert isinstance(store, Bucket), "a folder or a bucket"
        self.store = store
        self.upload_id, self.size = upload.id, upload.size
        self.multipart_id = upload.multipart_id

    def begin(self) -> str:
        """Only when the first bytes come: what is announced and never sent leaves nothing behind."""
        self.multipart_id = begin_parts(self.store, media_key(self.upload_id))
        return self.multipart_id

    def stored(self) -> int:
        if not self.multipart_id:
            return 0
        try:
            return self._parts().standing().offset
        except uploads.UploadMissing:
            if self.store.exists(media_key(self.upload_id)):
                return self.size  # another request has just made it whole
            raise

    async def append(self, offset: int, stream: AsyncIterator[bytes]) -> int:
        return await self._parts().append(offset, stream, self.size)

    def finish(self) -> None:
        if not self.multipart_id:
            raise uploads.WrongOffset(0)
        self._parts().finish(self.size)

    def remove(self) -> None:
        if self.multipart_id:
            self._parts().remove()

    def _parts(self) -> Parts:
        return Parts(self.store, media_key(self.upload_id), self.upload_id, self.multipart_id)
