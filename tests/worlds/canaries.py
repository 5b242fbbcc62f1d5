"""Words that must not reach a reader, looked for in every form in which bytes can carry them."""

import base64
import gzip
import html
import quopri
import re
import zlib
from urllib.parse import unquote_to_bytes

CANARY = re.compile(rb"CNRY-[A-Za-z]+-[0-9a-f]{8}")


def canaries_in(body: bytes) -> set[str]:
    """Every canary in these bytes, also behind URL, HTML, quoted-printable, base64, UTF-16 and gzip encodings."""
    return {found.decode() for form in _forms(body) for found in CANARY.findall(form)}


def _forms(body: bytes) -> list[bytes]:
    forms = [
        body,
        unquote_to_bytes(body),
        html.unescape(body.decode("utf-8", "replace")).encode(),
        quopri.decodestring(body),
    ]
    forms += [body.decode(codec, "replace").encode() for codec in ("utf-16-le", "utf-16-be")]
    forms += [decoded for match in re.findall(rb"[A-Za-z0-9+/_=-]{16,}", body) if (decoded := _from_base64(match))]
    forms += [decoded for decoded in (_unzipped(body),) if decoded]
    return forms


def _from_base64(text: bytes) -> bytes:
    padded = text.replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
    try:
        return base64.b64decode(padded + b"=" * (-len(padded) % 4))
    except ValueError:
        return b""


def _unzipped(body: bytes) -> bytes:
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return b""
