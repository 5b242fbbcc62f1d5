"""The job of files: taking away the bytes of those whose rows are gone."""

from app.foundation.jobs import JobContext, job
from app.foundation.storage import open_storage

REMOVE_FILES = "remove_files"


# What was deleted must go, however long the storage is away.
@job(REMOVE_FILES, pauses=(2, 15, 60, 300, 1800, 7200, 21_600, *[86_400] * 7))
def remove_stored_files(context: JobContext, *keys: str) -> None:
    storage = open_storage(context.settings.storage_url or None, context.settings.data_dir)
    for key in keys:
        storage.delete(key)
