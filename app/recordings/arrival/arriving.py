"""The end of an upload: its bytes are looked at, made safe and moved, and only then is there a recording.

Each step may be repeated: whoever asks after a crash finds either the bytes on their way or the bytes in their place.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from sqlmodel import select

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation.jobs import enqueue
from app.foundation.refusals import NotFound
from app.foundation.storage import BlobStore, full_disk_said, make_folder
from app.recordings.arrival.adding import Media, add_recording, replace_media
from app.recordings.arrival.details import Details
from app.recordings.arrival.parcels import Parcel
from app.recordings.models import Recording, Upload, UploadState
from app.recordings.storing import media_key
from app.speech.sniffing import UnusableMedia, kind_by_pieces, kind_of, what_it_is_instead


def look_at_beginning(head: bytes) -> None:
    """After the first piece, 16 MB from our pages: nobody should send eight gigabytes to be told then."""
    if head and kind_of(head) is None:
        raise UnusableMedia(what_it_is_instead(head))


def take_in(store: BlobStore, parcel: Parcel, upload_id: str) -> Media:
    """Raises UnusableMedia with a sentence when the whole is no recording."""
    key = media_key(upload_id)
    if not store.exists(key):
        parcel.finish()
    return _media(store, key)


def take_in_file(store: BlobStore, folder: Path, file: BinaryIO, key: str) -> Media:
    """A small file that came whole with its form."""
    make_folder(folder, below=folder)
    with full_disk_said(), tempfile.NamedTemporaryFile(dir=folder, suffix=".form", delete=False) as gathered:
        path = Path(gathered.name)
        try:
            shutil.copyfileobj(file, gathered)
            gathered.flush()
            os.fsync(gathered.fileno())
            store.put_file(path, key)
        finally:
            path.unlink(missing_ok=True)
    return _media(store, key)


def finish_upload(session: ViewerSession, upload_id: str, media: Media) -> None:
    """Under the upload's row lock: of two who finish it, the second finds it finished."""
    upload = session.exec(select(Upload).where(Upload.id == upload_id).with_for_update()).first()
    escalation = session.get(Escalation, upload.escalation_id) if upload else None
    if upload is None or escalation is None:
        raise NotFound
    if upload.state is UploadState.refused:
        raise NotFound
    if upload.state is UploadState.finished:
        return
    recording = session.get(Recording, upload.replaces_id) if upload.replaces_id else None
    if recording is not None:
        replace_media(session, recording, media)
    elif upload.details:
        recording = add_recording(session, escalation, Details.model_validate_json(upload.details), media)
    else:
        upload.state, upload.reason = UploadState.refused, "The recording this was to replace has been deleted."
        enqueue(session, "remove_recording_media", media.key, upload.id, "0")
        return
    upload.state, upload.recording_id = UploadState.finished, recording.id
    session.add(upload)


def _media(store: BlobStore, key: str) -> Media:
    """What lies there; what is no recording goes at once."""

    def read(start: int, length: int) -> bytes:
        return b"".join(store.open_range(key, start, length))

    try:
        size = store.size(key)
        return Media(key, kind_by_pieces(read, size), size)
    except FileNotFoundError:
        raise NotFound from None
    except UnusableMedia:
        store.delete(key)
        raise
