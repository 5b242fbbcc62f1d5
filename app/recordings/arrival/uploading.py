"""An upload from its first byte to its last: begun, found by its sender alone, refused or discarded."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation import uploads
from app.foundation.clock import now
from app.foundation.jobs import enqueue
from app.foundation.refusals import NotAllowed, NotFound, Refused, StorageFull
from app.foundation.settings import Settings
from app.foundation.storage import LocalFolder, has_room, make_folder
from app.recordings.arrival.details import Details
from app.recordings.arrival.jobs import REMOVE_UPLOAD
from app.recordings.models import NAME, Recording, Upload, UploadState
from app.recordings.storing import storage_of, uploads_folder

MOST_BYTES = 8 * 1024**3
MOST_OPEN = 10
KEPT_FOR = timedelta(hours=24)  # after its last sign of life
CLOSED = "This escalation was closed, so the upload cannot go on. A colleague of the team can reopen it."


def begin_upload(
    session: ViewerSession,
    escalation: Escalation,
    settings: Settings,
    name: str,
    size: int,
    details: Details | None,
    replaces: Recording | None = None,
) -> Upload:
    if size <= 0:
        raise Refused("This file is empty.", "files")
    if size > MOST_BYTES:
        raise Refused("A recording may have at most 8 GB. Export it with less picture, or in two parts.", "files")
    if len(open_uploads(session)) >= MOST_OPEN:
        raise Refused(f"{MOST_OPEN} uploads of yours are unfinished. Finish or discard one of them first.", "files")
    is_local = isinstance(storage_of(settings), LocalFolder)
    if is_local:
        _require_room(uploads_folder(settings), size)
    upload = Upload(
        escalation_id=escalation.id,
        person_id=session.viewer.person_id or "",
        name=_label(name),
        size=size,
        details=details.model_dump_json() if details else "",
        replaces_id=replaces.id if replaces else None,
        expires_at=now() + KEPT_FOR,
    )
    session.add(upload)
    session.flush()
    if is_local:
        uploads.create(uploads_folder(settings), upload.id)
    return upload


def find_upload(session: ViewerSession, upload_id: str) -> Upload:
    """The session shows people their own uploads only. One that has expired is gone, whether swept yet or not."""
    upload = session.get(Upload, upload_id)
    if upload is None or upload.state is UploadState.refused:
        raise NotFound
    if upload.state is UploadState.open and upload.expires_at < now():
        raise NotFound
    return upload


def find_open_upload(session: ViewerSession, upload_id: str) -> Upload:
    """For adding to it."""
    upload = find_upload(session, upload_id)
    escalation = session.get(Escalation, upload.escalation_id)
    if escalation is None:
        raise NotFound
    if not escalation.is_open:
        raise NotAllowed(CLOSED)
    return upload


def is_going_on(session: ViewerSession, upload: Upload) -> bool:
    escalation = session.get(Escalation, upload.escalation_id)
    return escalation is not None and escalation.is_open


def keep_longer(session: ViewerSession, upload_id: str, moment: datetime) -> None:
    upload = session.get(Upload, upload_id)
    if upload and upload.expires_at < moment + KEPT_FOR / 2:
        upload.expires_at = moment + KEPT_FOR
        session.add(upload)


def refuse_upload(session: ViewerSession, upload_id: str, sentence: str) -> None:
    upload = _locked(session, upload_id)
    if upload and upload.state is UploadState.open:
        upload.state, upload.reason = UploadState.refused, sentence
        session.add(upload)
        ask_to_remove_upload(session, upload)


def discard_upload(session: ViewerSession, upload_id: str) -> None:
    """A finished one is left alone: its recording stands on its own."""
    upload = _locked(session, find_upload(session, upload_id).id)
    if upload and upload.state is UploadState.open:
        session.delete(upload)
        ask_to_remove_upload(session, upload)


def ask_to_remove_upload(session: ViewerSession, upload: Upload) -> None:
    """A job, because the bytes may go only after this is committed, must go even if the server dies in between, and
    nobody who waits to write should wait for the storage."""
    enqueue(session, REMOVE_UPLOAD, upload.id, upload.multipart_id)


def open_uploads(session: ViewerSession, escalation: Escalation | None = None) -> list[Upload]:
    query = select(Upload).where(
        Upload.person_id == session.viewer.person_id,
        Upload.state == UploadState.open,
        col(Upload.expires_at) > now(),
    )
    if escalation:
        query = query.where(Upload.escalation_id == escalation.id)
    return list(session.exec(query.order_by(col(Upload.created_at)).limit(MOST_OPEN)))


def on_their_way(session: ViewerSession) -> set[str]:
    """The uploads whose bytes somebody still wants."""
    return set(session.exec(select(Upload.id).where(Upload.state == UploadState.open)))


def stored_of(settings: Settings, upload: Upload) -> int:
    """How much of it is here, for showing: a page does not wait for a bucket."""
    if not isinstance(storage_of(settings), LocalFolder):
        return upload.stored
    try:
        return uploads.stored_bytes(uploads_folder(settings), upload.id)
    except uploads.UploadMissing:
        return 0


def _locked(session: ViewerSession, upload_id: str) -> Upload | None:
    """As it is now: another request of the same sender may just have finished it."""
    query = select(Upload).where(Upload.id == upload_id).with_for_update()
    return session.exec(query, execution_options={"populate_existing": True}).first()


def _require_room(folder: Path, size: int) -> None:
    make_folder(folder, below=folder)
    if not has_room(folder, size):
        raise StorageFull


def _label(name: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(plain.split())[:NAME] or "recording"
