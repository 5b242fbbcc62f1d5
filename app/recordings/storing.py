"""Where the bytes of recordings lie: on their way, for good, and while they are worked on."""

from pathlib import Path
from typing import NamedTuple

from app.foundation.settings import Settings
from app.foundation.storage import BlobStore, open_storage


class Remains(NamedTuple):
    """What is known of an upload whose row is gone."""

    id: str
    multipart_id: str
    size: int = 0


def storage_of(settings: Settings) -> BlobStore:
    return open_storage(settings.storage_url, settings.data_dir)


def uploads_folder(settings: Settings) -> Path:
    return settings.data_dir / "uploads"


def incoming_folder(settings: Settings) -> Path:
    """Notes of what is being stored with a form."""
    return settings.data_dir / "incoming"


def media_key(upload_id: str) -> str:
    """Known from the upload alone, so that a crash between moving the bytes and noting it can be repaired."""
    return f"recordings/{upload_id}/original"


def scratch_folder(settings: Settings) -> Path:
    """For copies of what lies elsewhere, while they are worked on."""
    return settings.data_dir / "work"


def sound_file(settings: Settings, recording_id: str, take: int) -> Path:
    """The decoded sound, gone as soon as the words are there."""
    return scratch_folder(settings) / f"{recording_id}-{take}.s16"
