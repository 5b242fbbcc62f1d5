"""Whether the credentials may do all that uploads need: what is missing shows only in the middle of one otherwise."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from app.foundation.ids import new_id
from app.foundation.s3.bucket import Bucket
from app.foundation.s3.parts import Parts, begin_parts, parts_begun_before
from app.foundation.s3.troubles import NotAllowedThere


def refused_actions(bucket: Bucket) -> list[str]:
    """S3's names of what is refused, for whoever writes the policy. Storing, reading and deleting are tried elsewhere.
    Raises StorageAway when it does not answer at all."""
    probe = new_id()
    key = f"probe/{probe}"
    refused = []
    if _is_refused(lambda: bucket.keys(f"uploads/{probe}/")):
        refused.append("ListBucket")
    if _is_refused(lambda: parts_begun_before(bucket, "probe/", datetime.now(UTC))):
        refused.append("ListBucketMultipartUploads")
    begun: list[str] = []
    if _is_refused(lambda: begun.append(begin_parts(bucket, key))):
        return [*refused, "PutObject"]
    parts = Parts(bucket, key, probe, begun[0])
    if "ListBucket" not in refused and _is_refused(parts.standing):
        refused.append("ListMultipartUploadParts")
    with suppress(NotAllowedThere):
        parts.abort()
        return refused
    return [*refused, "AbortMultipartUpload"]


def _is_refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except NotAllowedThere:
        return True
    return False
