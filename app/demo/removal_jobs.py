"""The files of a demo that was removed."""

import json

from app.foundation import uploads
from app.foundation.jobs import JobContext, job
from app.recordings.storing import storage_of, uploads_folder

REMOVE_FILES = "remove_demo_files"


@job(REMOVE_FILES)
def remove_demo_files(context: JobContext, keys: str, upload_ids: str) -> None:
    storage = storage_of(context.settings)
    for key in json.loads(keys):
        storage.delete(key)
    for upload_id in json.loads(upload_ids):
        uploads.remove(uploads_folder(context.settings), upload_id)
