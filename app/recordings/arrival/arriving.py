"""The end of an upload: its bytes are looked at, made safe and moved, and only then is there a recording.

Each step may be repeated: whoever asks after a crash finds either the bytes on their way or the bytes in their place.
"""

import hashlib
import os
import shutil
from pathlib import Path
from typing import BinaryIO

from sqlmodel import select

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation import uploads
from app.foundation.ids import new_id
from app.foundation.jobs import enqueue
from app.foundation.refusals import NotFound
from app.foundation.storage import BlobStore, full_disk_said
from app.recordings.arrival.adding import Media, add_recording, replace_media
from app.recordings.arrival.details import Details
from app.recordings.models import Recording, Upload, UploadState
from app.recordings.storing import media_key
from app.speech.sniffing import HEAD_BYTES, UnusableMedia, kind_of, media_kind, what_it_is_instead


def look_at_beginning(folder: Path, upload_id: str) -> None:
    """As soon as there is something to look at: nobody should send eight gigabytes to be told then."""
    with (folder / f"{upload_id}.part").open("rb") as part:
        head = part.read(HEAD_BYTES)
    if head and kind_of(head) is None:
        raise UnusableMedia(what_it_is_instead(head))


def take_in(store: BlobStore, folder: Path, upload_id: str) -> Media:
    """Raises UnusableMedia with a sentence when the whole is no recording."""
    key = media_key(upload_id)
    if not store.exists(key):
        try:
            path = uploads.finish(folder, upload_id)
            media_kind(path)
            store.put_file(path, key)
        except (uploads.UploadMissing, FileNotFoundError):
            if not store.exists(key):  # else another request of the same sender has just moved them
                raise NotFound from None
    head = b"".join(store.open_range(key, 0, HEAD_BYTES))
    return Media(key, kind_of(head) or "", store.size(key), _sha256(store, key))


def take_in_file(store: BlobStore, folder: Path, file: BinaryIO) -> Media:
    """A small file that came whole with its form."""
    upload_id = new_id()
    uploads.create(folder, upload_id)
    try:
        with full_disk_said(), (folder / f"{upload_id}.part").open("wb") as part:
            shutil.copyfileobj(file, part)
            part.flush()
            os.fsync(part.fileno())
        return take_in(store, folder, upload_id)
    finally:
        uploads.remove(folder, upload_id)


def finish_upload(session: ViewerSession, upload_id: str, media: Media) -> None:
    """Under the upload's row lock: of two who finish it, the second finds it finished."""
    upload = session.exec(select(Upload).where(Upload.id == upload_id).with_for_update()).first()
    escalation = session.get(Escalation, upload.escalation_id) if upload else None
    if upload is None or escalation is None:
        raise NotFound
    if upload.state is not UploadState.open:
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


def _sha256(store: BlobStore, key: str) -> str:
    digest = hashlib.sha256()
    for piece in store.open_range(key):
        digest.update(piece)
    return digest.hexdigest()
