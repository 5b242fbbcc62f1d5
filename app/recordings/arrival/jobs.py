"""The job of uploads: taking away the bytes of one that nobody wants, which may lie in parts or be whole already."""

from app.access.session import as_system
from app.foundation.database import for_reading
from app.foundation.jobs import JobContext, job
from app.recordings.arrival.parcels import parcel_of
from app.recordings.models import Upload, UploadState
from app.recordings.storing import Remains, media_key, storage_of

REMOVE_UPLOAD = "remove_upload"


# What was discarded must go, however long the storage is away.
@job(REMOVE_UPLOAD, pauses=(2, 15, 60, 300, 1800, 7200, 21_600, *[86_400] * 7))
def remove_upload(context: JobContext, upload_id: str, multipart_id: str) -> None:
    """May be asked for by whoever finds no upload any more: one that goes on, or became a recording, keeps its bytes."""
    with as_system(for_reading(context.engine)) as session:
        upload = session.get(Upload, upload_id)
        if upload and upload.state is not UploadState.refused:
            return
    parcel_of(context.settings, Remains(upload_id, multipart_id)).remove()
    storage_of(context.settings).delete(media_key(upload_id))
