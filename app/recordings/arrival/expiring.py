"""Uploads that nobody went on with: after a day their bytes go, and those that no row knows."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.settings import Settings
from app.foundation.storage import LocalFolder
from app.recordings.arrival.parcels import parcel_of
from app.recordings.arrival.uploading import still_open
from app.recordings.models import Upload, UploadState
from app.recordings.storing import media_key, scratch_folder, storage_of, uploads_folder

AT_ONCE = 100
DAY = timedelta(hours=24)


def sweep_uploads(session: ViewerSession, settings: Settings, moment: datetime) -> int:
    store = storage_of(settings)
    expired = select(Upload).where(Upload.state == UploadState.open, col(Upload.expires_at) < moment)
    gone = list(session.exec(expired.limit(AT_ONCE).with_for_update(skip_locked=True)))
    for upload in gone:
        parcel_of(settings, upload).remove()
        store.delete(media_key(upload.id))  # whole already, when the server died and nobody asked again
        session.delete(upload)
    left = _sweep_orphans(session, uploads_folder(settings), moment)
    if not isinstance(store, LocalFolder):
        from app.recordings.arrival.expiring_parts import sweep_parts  # noqa: PLC0415  only where a bucket is used

        left += sweep_parts(session, store, moment - DAY)
    return len(gone) + left + _sweep_copies(scratch_folder(settings), moment)


def _sweep_orphans(session: ViewerSession, folder: Path, moment: datetime) -> int:
    """Bytes whose row was never committed, or was deleted a moment before the server died."""
    if not folder.is_dir():
        return 0
    old = [part for part in folder.iterdir() if _is_old(part, moment)][:AT_ONCE]
    known = still_open(session, (part.stem for part in old))
    orphans = [part for part in old if part.stem not in known]
    for part in orphans:
        part.unlink(missing_ok=True)
    return len(orphans)


def _sweep_copies(folder: Path, moment: datetime) -> int:
    """Copies of stored files whose worker was killed while it had them in hand."""
    old = [copy for copy in folder.glob("*.copy") if _is_old(copy, moment)]
    for copy in old:
        copy.unlink(missing_ok=True)
    return len(old)


def _is_old(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < (moment - DAY).timestamp()
    except FileNotFoundError:
        return False  # another worker sweeps as well
