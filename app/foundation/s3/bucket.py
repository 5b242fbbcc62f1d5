"""A bucket as a storage: the same seven abilities as a folder, by boto3."""

import base64
import hashlib
import threading
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from app.foundation.blobs import Pieces, checked
from app.foundation.s3.address import Address, read_address
from app.foundation.s3.reading import Reading
from app.foundation.s3.troubles import troubles_said

MIB = 1024 * 1024
# Two streams at once: enough to use a line, and little memory on a server that has other things to do.
TRANSFER = TransferConfig(
    multipart_threshold=16 * MIB, multipart_chunksize=8 * MIB, max_concurrency=2, preferred_transfer_client="classic"
)
# Patience: a request that S3 does not answer is given up while the person who waits for it is still there.
CONNECT_WITHIN, READ_WITHIN, TRIES = 4, 15, 3
_making = threading.Lock()


class Bucket:
    def __init__(self, address: Address, client: Any) -> None:
        self.address = address
        self.client = client

    def put_file(self, path: Path, key: str) -> None:
        with troubles_said("put"):
            self.client.upload_file(str(path), self.address.bucket, self.name(key), Config=TRANSFER)
        path.unlink()

    def open_range(self, key: str, start: int = 0, length: int | None = None) -> Pieces:
        return Reading(self.client, self.address.bucket, self.name(key), start, length)

    def size(self, key: str) -> int:
        with troubles_said("size"):
            return int(self.client.head_object(Bucket=self.address.bucket, Key=self.name(key))["ContentLength"])

    def exists(self, key: str) -> bool:
        with suppress(FileNotFoundError):
            self.size(key)
            return True
        return False

    def delete(self, key: str) -> None:
        with troubles_said("delete"):
            self.client.delete_object(Bucket=self.address.bucket, Key=self.name(key))

    def local_path(self, key: str) -> Path | None:
        checked(key)
        return None

    def room_for(self, size: int) -> bool:
        return True

    # What uploads on their way need besides

    def put_bytes(self, key: str, body: bytes) -> None:
        with troubles_said("put"):
            self.client.put_object(Bucket=self.address.bucket, Key=self.name(key), Body=body, ContentMD5=md5_of(body))

    def keys(self, prefix: str, before: datetime | None = None) -> list[str]:
        """All that begin so; with a moment, only those that were stored before it."""
        whole = self.address.prefix + prefix
        with troubles_said("listing"):
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.address.bucket, Prefix=whole)
            found = [one for page in pages for one in page.get("Contents", [])]
        return [
            str(one["Key"]).removeprefix(self.address.prefix)
            for one in found
            if before is None or one["LastModified"] < before
        ]

    def name(self, key: str) -> str:
        """What the object is called in the bucket."""
        return self.address.prefix + checked(key)


@lru_cache(maxsize=4)
def open_bucket(url: str) -> Bucket:
    """One for each process: its client is shared by all threads and keeps its connections."""
    address = read_address(url)
    with _making, troubles_said("connecting"):  # making a client is not safe in several threads at once
        return Bucket(address, _client(address))


def md5_of(body: bytes) -> str:
    """What S3 compares with what reached it."""
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def _client(address: Address) -> Any:
    """Credentials come from where AWS programs look: the environment, a profile, or the machine's role."""
    return boto3.client(
        "s3",
        endpoint_url=address.endpoint,
        region_name=address.region,
        config=Config(
            connect_timeout=CONNECT_WITHIN,
            read_timeout=READ_WITHIN,
            retries={"mode": "standard", "total_max_attempts": TRIES},
            max_pool_connections=24,
            signature_version="s3v4",
            s3={"addressing_style": "path" if address.path_style else "auto"},
            # Older servers of this protocol know only the first checksums; parts carry one that all of them know.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
