"""One upload on its way into a bucket, in parts that every web process reaches.

Full parts go into a multipart upload of S3; what is too short for a part waits in an object of its own, the tail. Where
the sender goes on is what S3 lists, never what we believe we sent. Nothing is written over: part n is always the same
stretch of the file, and a tail's name says which stretch it is. So a process that was thought dead and wakes up can
repeat what is there, and take away nothing.
"""

import logging
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from app.foundation.blobs import StorageAway
from app.foundation.s3.bucket import Bucket, md5_of
from app.foundation.s3.troubles import BadParts, UploadGone, troubles_said
from app.foundation.sending import TooManyBytes, UploadMissing, WrongOffset, in_thread, until_it_breaks

# Never changes with a release: the parts of uploads that are on their way have this size. S3 takes at least 5 MiB and
# at most 10,000 of them.
PART = 8 * 1024 * 1024
log = logging.getLogger("evenkeel.storage")


class Standing(NamedTuple):
    """What S3 has: the parts that follow each other from the first, and the tail after them."""

    tags: tuple[str, ...]  # of the parts, the shorter last one included
    start: int  # where the full parts end
    last: int  # bytes of a last part that is shorter
    tail: int  # bytes of the longest tail that begins there
    tails: tuple[str, ...]  # the keys of all tails, outdated ones as well

    @property
    def offset(self) -> int:
        return self.start + max(self.last, self.tail)


class Parts:
    def __init__(self, bucket: Bucket, key: str, upload_id: str, multipart_id: str) -> None:
        self.bucket = bucket
        self.key = key
        self.upload_id = upload_id
        self._place = {"Bucket": bucket.address.bucket, "Key": bucket.name(key), "UploadId": multipart_id}

    def standing(self) -> Standing:
        full, last, tags = 0, 0, []
        for number, part in enumerate(self._listed(), start=1):
            if part["PartNumber"] != number or last:
                break  # one is lost, or was never sent: the sender goes on there
            tags.append(part["ETag"])
            full, last = (full + 1, 0) if part["Size"] == PART else (full, int(part["Size"]))
        tails = self._tails()
        start = full * PART
        tail = max((length for begins, length in map(_stretch, tails) if begins == start), default=0)
        return Standing(tuple(tags), start, last, tail, tuple(tails))

    async def append(self, offset: int, stream: AsyncIterator[bytes], limit: int) -> int:
        """Add what the stream brings; how much S3 has then, by its own list. Whatever ends the stream early, what came
        before it is stored, unless it is S3 itself that fails: then nothing of this request was acknowledged."""
        found = await in_thread(self.standing)
        if found.offset != offset:
            raise WrongOffset(found.offset)
        held = bytearray(await in_thread(self._read_tail, found))
        start = found.start
        try:
            async for piece in until_it_breaks(stream):
                fitting = piece[: max(0, limit - start - len(held))]
                held += fitting
                if len(held) >= PART:
                    await in_thread(self._send_part, start // PART + 1, bytes(memoryview(held)[:PART]))
                    del held[:PART]
                    start += PART
                if len(fitting) < len(piece):
                    raise TooManyBytes(f"This upload was to have {limit} bytes, and more came.")
        except StorageAway:
            raise
        except BaseException:
            await in_thread(self._keep_tail, start, bytes(held))
            raise
        await in_thread(self._keep_tail, start, bytes(held))
        return await in_thread(self._look_and_tidy)

    def finish(self, size: int) -> None:
        """Make the object of all parts. May be repeated: whoever asks after a crash finds it done."""
        try:
            self._finish(size)
        except UploadMissing:
            if not self.bucket.exists(self.key):
                raise

    def _finish(self, size: int) -> None:
        found = self.standing()
        if found.offset != size:
            raise WrongOffset(found.offset)
        if found.tail > found.last:
            self._send_part(found.start // PART + 1, self._read_tail(found))
            found = self.standing()
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(found.tags, start=1)]
        try:
            with troubles_said("completing"):
                self.bucket.client.complete_multipart_upload(**self._place, MultipartUpload={"Parts": parts})
        except BadParts:
            raise WrongOffset(self.standing().offset) from None
        except UploadGone:
            raise UploadMissing(f"There is no upload {self.upload_id}.") from None
        self._forget(found.tails)

    def abort(self) -> None:
        try:
            with troubles_said("aborting"):
                self.bucket.client.abort_multipart_upload(**self._place)
        except (UploadGone, FileNotFoundError):
            log.debug("Upload %s was gone already.", self.upload_id)

    def remove(self) -> None:
        self.abort()
        for key in self._tails():
            self.bucket.delete(key)

    def _listed(self) -> list[dict[str, Any]]:
        try:
            with troubles_said("listing parts"):
                pages = self.bucket.client.get_paginator("list_parts").paginate(**self._place)
                return [part for page in pages for part in page.get("Parts", [])]
        except (UploadGone, FileNotFoundError):
            raise UploadMissing(f"There is no upload {self.upload_id}.") from None

    def _tails(self) -> list[str]:
        return self.bucket.keys(f"uploads/{self.upload_id}/")

    def _read_tail(self, found: Standing) -> bytes:
        if not found.tail:
            return b""
        tail = b"".join(self.bucket.open_range(_tail(self.upload_id, found.start, found.tail)))
        if len(tail) != found.tail:
            raise StorageAway
        return tail

    def _send_part(self, number: int, body: bytes) -> None:
        try:
            with troubles_said("part"):
                self.bucket.client.upload_part(**self._place, PartNumber=number, Body=body, ContentMD5=md5_of(body))
        except UploadGone:
            raise UploadMissing(f"There is no upload {self.upload_id}.") from None

    def _keep_tail(self, start: int, held: bytes) -> None:
        if held:
            self.bucket.put_bytes(_tail(self.upload_id, start, len(held)), held)

    def _look_and_tidy(self) -> int:
        """How far it is. An older tail goes only when S3 lists what has taken its place."""
        found = self.standing()
        self._forget(key for key in found.tails if _stretch(key) < (found.start, found.tail))
        return found.offset

    def _forget(self, keys: Iterable[str]) -> None:
        """What is left of them is swept away in a day."""
        try:
            for key in keys:
                self.bucket.delete(key)
        except StorageAway:
            log.info("An outdated tail of upload %s is left for the sweep.", self.upload_id)


def begin_parts(bucket: Bucket, key: str) -> str:
    """A multipart upload of S3, by its id."""
    with troubles_said("beginning an upload"):
        begun = bucket.client.create_multipart_upload(Bucket=bucket.address.bucket, Key=bucket.name(key))
    return str(begun["UploadId"])


def _tail(upload_id: str, start: int, length: int) -> str:
    return f"uploads/{upload_id}/{start}-{length}"


def _stretch(key: str) -> tuple[int, int]:
    start, _, length = key.rpartition("/")[2].partition("-")
    return int(start), int(length)


def parts_begun_before(bucket: Bucket, prefix: str, moment: datetime) -> list[tuple[str, str]]:
    """Key and id of the multipart uploads that are still open."""
    whole = bucket.address.prefix + prefix
    with troubles_said("listing uploads"):
        pages = bucket.client.get_paginator("list_multipart_uploads")
        found = [
            one
            for page in pages.paginate(Bucket=bucket.address.bucket, Prefix=whole)
            for one in page.get("Uploads", [])
        ]
    return [
        (str(one["Key"]).removeprefix(bucket.address.prefix), str(one["UploadId"]))
        for one in found
        if one["Initiated"] < moment
    ]
