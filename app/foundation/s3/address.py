"""The address of a bucket, s3://bucket/prefix?endpoint=…&region=…&path_style=1, read without connecting to it."""

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from app.foundation.blobs import StorageUnknown

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"([A-Za-z0-9._-]+/)*")
OPTIONS = {"endpoint", "region", "path_style"}


class Address(NamedTuple):
    bucket: str
    prefix: str  # empty, or ends with a slash
    endpoint: str | None
    region: str | None
    path_style: bool


def read_address(url: str) -> Address:
    """Raises StorageUnknown with what is wrong. It never repeats the address, which may hold a secret."""
    place = urlsplit(url)
    if "@" in place.netloc:
        raise StorageUnknown("holds credentials: give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead.")
    if not BUCKET.fullmatch(place.netloc):
        raise StorageUnknown("must look like s3://bucket, with the name of a bucket.")
    prefix = place.path.strip("/") + "/" if place.path.strip("/") else ""
    if not PREFIX.fullmatch(prefix) or ".." in prefix:
        raise StorageUnknown("what follows the bucket may hold letters, digits, dots, - and _.")
    said = dict(parse_qsl(place.query, keep_blank_values=True))
    if unknown := sorted(set(said) - OPTIONS):
        raise StorageUnknown(f"knows endpoint, region and path_style, and not {unknown[0]!r}.")
    endpoint = said.get("endpoint")
    if endpoint is not None and (urlsplit(endpoint).scheme not in ("http", "https") or not urlsplit(endpoint).hostname):
        raise StorageUnknown("endpoint must look like https://s3.example.com.")
    return Address(place.netloc, prefix, endpoint, said.get("region"), said.get("path_style", "") in ("1", "true"))
