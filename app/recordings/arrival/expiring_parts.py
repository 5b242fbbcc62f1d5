"""What nobody goes on with in a bucket: parts that cost money and that no page shows."""

from datetime import datetime

from app.access.session import ViewerSession
from app.foundation.s3.bucket import Bucket
from app.foundation.s3.parts import Parts, parts_begun_before
from app.foundation.storage import BlobStore
from app.recordings.arrival.uploading import still_open

AT_ONCE = 100


def sweep_parts(session: ViewerSession, store: BlobStore, before: datetime) -> int:
    """Multipart uploads and tails whose upload is finished, discarded, or was never committed."""
    assert isinstance(store, Bucket), "a folder or a bucket"
    begun = parts_begun_before(store, "recordings/", before)[:AT_ONCE]
    tails = store.keys("uploads/", before)[:AT_ONCE]
    known = still_open(session, {_id_in(key) for key in [*(key for key, _ in begun), *tails]})
    lost = [one for one in begun if _id_in(one[0]) not in known]
    for key, multipart in lost:
        Parts(store, key, _id_in(key), multipart).remove()
    left = [key for key in tails if _id_in(key) not in known]
    for key in left:
        store.delete(key)
    return len(lost) + len(left)


def _id_in(key: str) -> str:
    """Of recordings/ID/original and uploads/ID/0-17."""
    return key.split("/")[1]
