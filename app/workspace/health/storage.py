"""Whether files can be kept: there is room and, when asked to try, a small one is stored, read and deleted again."""

import os
from pathlib import Path
from tempfile import mkstemp

from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.foundation.storage import BlobStore, LocalFolder, StorageFull, StorageUnknown, open_storage
from app.workspace.health.findings import Finding, Mark

RESERVE = 1_000_000_000  # bytes that should be free for the next recording
ONE_WRITER = (
    "With SQLite, everybody who writes waits while a file of a message is stored there: use PostgreSQL, "
    "or keep files in the data folder."
)
PROBE = b"Evenkeel looks whether it can store this."


def look_at_storage(settings: Settings, *, by_writing: bool) -> Finding:
    try:
        store = open_storage(settings.storage_url or None, settings.data_dir)
        if by_writing and settings.data_dir.exists():
            _write_and_delete(store, settings.data_dir)
        has_room = store.room_for(RESERVE)
    except StorageFull as trouble:
        return Finding("storage", Mark.broken, f"{trouble} Nothing can be uploaded until there is.")
    except StorageUnknown as trouble:
        return Finding("storage", Mark.broken, str(trouble))
    except OSError as trouble:
        return Finding("storage", Mark.broken, f"A file could not be stored, read and deleted: {trouble}")
    where = (
        str(store.root) if isinstance(store, LocalFolder) else settings.storage_url.partition("?")[0].rpartition("@")[2]
    )
    if not has_room:
        return Finding("storage", Mark.look, f"{where} is nearly full: recordings may be refused. Make room.")
    if settings.is_embedded and not isinstance(store, LocalFolder):
        return Finding("storage", Mark.look, f"{where} takes files. {ONE_WRITER}")
    return Finding("storage", Mark.ok, f"{where} takes files, and there is room.")


def _write_and_delete(store: BlobStore, folder: Path) -> None:
    key = f"probe/{new_id()}"
    descriptor, name = mkstemp(dir=folder, prefix="probe-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(PROBE)
        store.put_file(Path(name), key)
        if b"".join(store.open_range(key)) != PROBE:
            raise OSError("what was read is not what was stored.")
    finally:
        Path(name).unlink(missing_ok=True)
    store.delete(key)
