"""Uploads that nobody went on with: after a day their bytes go, and those that no row knows."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.settings import Settings
from app.foundation.storage import LocalFolder
from app.recordings.arrival.uploading import ask_to_remove_upload, on_their_way
from app.recordings.models import Upload, UploadState
from app.recordings.storing import scratch_folder, storage_of, uploads_folder

AT_ONCE = 100
DAY = timedelta(hours=24)


def sweep_uploads(session: ViewerSession, settings: Settings, moment: datetime) -> int:
    """What is slow, the disk and the bucket, is asked between transactions: nobody waits to write meanwhile."""
    expired = select(Upload).where(Upload.state == UploadState.open, col(Upload.expires_at) < moment)
    known = on_their_way(session)
    gone = list(session.exec(expired.limit(AT_ONCE).with_for_update(skip_locked=True)))
    for upload in gone:
        session.delete(upload)
        ask_to_remove_upload(session, upload)
    session.commit()
    store, left = storage_of(settings), _sweep_orphans(known, uploads_folder(settings), moment)
    if not isinstance(store, LocalFolder):
        from app.recordings.arrival.expiring_parts import sweep_parts  # noqa: PLC0415  only where a bucket is used

        left += sweep_parts(known, store, moment - DAY)
    return len(gone) + left + _sweep_copies(scratch_folder(settings), moment)


def _sweep_orphans(known: set[str], folder: Path, moment: datetime) -> int:
    """Bytes whose row was never committed, or was deleted a moment before the server died."""
    if not folder.is_dir():
        return 0
    lost = [part for part in folder.iterdir() if part.stem not in known and _is_old(part, moment)]
    orphans = lost[:AT_ONCE]
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
