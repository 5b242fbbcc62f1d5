"""Reads a stretch of an object: no faster than it is taken, and on from where it was when the line breaks."""

from collections.abc import Iterator
from typing import Any

from app.foundation.blobs import StorageAway
from app.foundation.s3.troubles import troubles_said

PIECE = 256 * 1024
TRIES = 3  # in a row without a byte


class Reading(Iterator[bytes]):
    def __init__(self, client: Any, bucket: str, name: str, start: int, length: int | None) -> None:
        self._client, self._place = client, {"Bucket": bucket, "Key": name}
        self._at = start
        self._end = None if length is None else start + length
        self._tag = ""
        self._body: Any = None
        self._open()  # here and not at the first piece, so that a missing object is known at once

    def __next__(self) -> bytes:
        for attempt in range(TRIES):
            try:
                piece = self._read()
            except StorageAway:
                self.close()
                if attempt + 1 == TRIES:
                    raise
                continue
            if not piece:
                self.close()
                raise StopIteration
            self._at += len(piece)
            return piece
        raise StorageAway

    def close(self) -> None:
        """Lets S3 stop sending. What is not read to its end cannot be reused, and its connection is closed."""
        if self._body is not None:
            self._body.close()
            self._body = None

    def _read(self) -> bytes:
        if self._end is not None and self._at >= self._end:
            return b""
        if self._body is None:
            self._open()
        if self._body is None:
            return b""
        with troubles_said("reading"):
            piece: bytes = self._body.read(PIECE)
        if not piece and self._end is not None and self._at < self._end:
            raise StorageAway
        return piece

    def _open(self) -> None:
        """Opened again, it must still be the same object."""
        if self._end is not None and self._at >= self._end:
            return
        last = "" if self._end is None else str(self._end - 1)
        same = {"IfMatch": self._tag} if self._tag else {}
        with troubles_said("opening"):
            try:
                answer = self._client.get_object(**self._place, Range=f"bytes={self._at}-{last}", **same)
            except self._client.exceptions.ClientError as error:
                if error.response.get("Error", {}).get("Code") == "InvalidRange":
                    return  # nothing lies there: the end, or an empty object
                raise
        self._tag, self._body = answer["ETag"], answer["Body"]
        total = int(answer["ContentRange"].rpartition("/")[2])
        self._end = total if self._end is None else min(self._end, total)
