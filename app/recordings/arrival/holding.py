"""Who adds to an upload where no file can be locked: one request at a time, of all web processes, by a lease in its row."""

from datetime import timedelta

from sqlmodel import select

from app.access.session import ViewerSession
from app.foundation.workers import real_time
from app.recordings.models import Upload

LEASE = timedelta(seconds=20)  # after its process died, the upload is free again
RENEW_EVERY = 5.0  # seconds


def take_hold(session: ViewerSession, upload_id: str, holder: str) -> bool:
    """False while another request adds to the upload."""
    upload = _locked(session, upload_id)
    moment = real_time(session.connection())
    if upload is None or (upload.held_by and upload.held_until and upload.held_until > moment):
        return False
    upload.held_by, upload.held_until = holder, moment + LEASE
    session.add(upload)
    return True


def keep_hold(session: ViewerSession, upload_id: str, holder: str) -> None:
    """Only while it is held: this may come a moment after it was let go."""
    upload = _locked(session, upload_id)
    if upload and upload.held_by == holder:
        upload.held_until = real_time(session.connection()) + LEASE
        session.add(upload)


def let_go(session: ViewerSession, upload_id: str, holder: str) -> None:
    upload = _locked(session, upload_id)
    if upload and upload.held_by == holder:
        upload.held_by, upload.held_until = "", None
        session.add(upload)


def note_stored(session: ViewerSession, upload_id: str, stored: int) -> None:
    upload = _locked(session, upload_id)
    if upload:
        upload.stored = stored
        session.add(upload)


def note_parts(session: ViewerSession, upload_id: str, multipart_id: str) -> None:
    upload = _locked(session, upload_id)
    if upload:
        upload.multipart_id = multipart_id
        session.add(upload)


def _locked(session: ViewerSession, upload_id: str) -> Upload | None:
    return session.exec(select(Upload).where(Upload.id == upload_id).with_for_update()).first()
