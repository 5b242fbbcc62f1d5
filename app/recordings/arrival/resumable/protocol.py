"""The words of tus 1.0, the protocol of uploads that may break off: what its headers say and what they must say."""

import base64
import binascii
from collections.abc import Mapping
from typing import NamedTuple

from app.foundation.forms import kind_of_body

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
PIECE_TYPE = "application/offset+octet-stream"
MOST_METADATA = 12_000


class NotTus(Exception):
    """The request does not keep to the protocol; a person never sees this unless they wrote the client."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Creation(NamedTuple):
    """What an upload is announced to be."""

    length: int
    metadata: dict[str, str]


def require_version(headers: Mapping[str, str]) -> None:
    if headers.get("tus-resumable") != VERSION:
        raise NotTus(412, f"Send Tus-Resumable: {VERSION}.")


def read_creation(headers: Mapping[str, str]) -> Creation:
    require_version(headers)
    if "upload-defer-length" in headers:
        raise NotTus(400, "The length has to be known when an upload begins.")
    return Creation(_number(headers, "upload-length"), read_metadata(headers.get("upload-metadata", "")))


def read_offset(headers: Mapping[str, str]) -> int:
    require_version(headers)
    if kind_of_body(headers) != PIECE_TYPE:
        raise NotTus(415, f"Send Content-Type: {PIECE_TYPE}.")
    return _number(headers, "upload-offset")


def read_metadata(header: str) -> dict[str, str]:
    """Pairs of a name and a value in base64, with commas between them."""
    if len(header) > MOST_METADATA:
        raise NotTus(400, "The metadata is too long.")
    metadata = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, encoded = pair.partition(" ")
        try:
            value = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise NotTus(400, "The metadata cannot be read.") from None
        metadata[name] = value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return metadata


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise NotTus(400, f"{name.title()} has to be a number.")
    return int(text)
