"""What nobody goes on with in a bucket: parts that cost money and that no page shows."""

from datetime import datetime

from app.foundation.s3.bucket import Bucket
from app.foundation.s3.parts import Parts, parts_begun_before
from app.foundation.storage import BlobStore

AT_ONCE = 100


def sweep_parts(known: set[str], store: BlobStore, before: datetime) -> int:
    """Multipart uploads and tails whose upload is not among those that are `known` to go on: it is finished,
    discarded, or was never committed."""
    assert isinstance(store, Bucket), "a folder or a bucket"
    begun = parts_begun_before(store, "recordings/", before)
    lost = [one for one in begun if _id_in(one[0]) not in known][:AT_ONCE]
    for key, multipart in lost:
        Parts(store, key, _id_in(key), multipart).remove()
    left = [key for key in store.keys("uploads/", before) if _id_in(key) not in known][:AT_ONCE]
    for key in left:
        store.delete(key)
    return len(lost) + len(left)


def _id_in(key: str) -> str:
    """Of recordings/ID/original and uploads/ID/0-17."""
    return key.split("/")[1]
