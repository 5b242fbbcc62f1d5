"""Uploads that nobody went on with: after a day their bytes go, and those that no row knows."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation import uploads
from app.foundation.settings import Settings
from app.recordings.models import Upload, UploadState
from app.recordings.storing import uploads_folder

AT_ONCE = 100
DAY = timedelta(hours=24)


def sweep_uploads(session: ViewerSession, settings: Settings, moment: datetime) -> int:
    folder = uploads_folder(settings)
    expired = select(Upload).where(Upload.state == UploadState.open, col(Upload.expires_at) < moment)
    gone = list(session.exec(expired.limit(AT_ONCE)))
    for upload in gone:
        uploads.remove(folder, upload.id)
        session.delete(upload)
    return len(gone) + _sweep_orphans(session, folder, moment)


def _sweep_orphans(session: ViewerSession, folder: Path, moment: datetime) -> int:
    """Bytes whose row was never committed, or was deleted a moment before the server died."""
    if not folder.is_dir():
        return 0
    old = [part for part in folder.glob("*.part") if part.stat().st_mtime < (moment - DAY).timestamp()][:AT_ONCE]
    known = set(
        session.exec(
            select(Upload.id).where(col(Upload.id).in_([part.stem for part in old]), Upload.state == UploadState.open)
        )
    )
    orphans = [part.stem for part in old if part.stem not in known]
    for upload_id in orphans:
        uploads.remove(folder, upload_id)
    return len(orphans)
