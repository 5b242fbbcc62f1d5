"""What kind of media a file is, told from its first bytes alone; its name and its sender's word count for nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HEAD_BYTES = 4096
MOST_BOXES = 1000

# Each kind with the only demuxers that may open it. Playlists, session descriptions and scripts have no kind.
DEMUXERS = {
    "wav": "wav",
    "mp3": "mp3,aac",
    "flac": "flac",
    "ogg": "ogg",
    "webm": "matroska,webm",
    "mp4": "mov,mp4,m4a,3gp,3g2,mj2",
    "aac": "aac",
}
KINDS_IN_WORDS = "WAV, MP3, FLAC, Ogg or Opus, WebM or Matroska, MP4, MOV, M4A or AAC"

PICTURE_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")


class UnusableMedia(Exception):
    """This file cannot be turned into words; the text is a sentence for the person who gave it."""

    @property
    def sentence(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Box:
    """One top-level box of an MP4 or MOV file."""

    kind: bytes
    start: int
    size: int


def media_kind(path: Path) -> str:
    """One of the keys of DEMUXERS; raises UnusableMedia for everything that is no recording."""
    with path.open("rb") as opened:

        def read(start: int, length: int) -> bytes:
            opened.seek(start)
            return opened.read(length)

        return kind_by_pieces(read, path.stat().st_size)


def kind_by_pieces(read: Callable[[int, int], bytes], size: int) -> str:
    """The same for bytes that lie anywhere: `read(start, length)` is asked for a few short pieces."""
    head = read(0, HEAD_BYTES)
    if not head:
        raise UnusableMedia("This file is empty.")
    kind = kind_of(head)
    if kind is None:
        raise UnusableMedia(what_it_is_instead(head))
    if kind == "mp4" and not any(box.kind == b"moov" for box in boxes_of(read, size)):
        raise UnusableMedia(
            "This recording was cut off before its index was written, so nothing in it can be found. "
            "It was probably not uploaded or saved to its end."
        )
    return kind


def kind_of(head: bytes) -> str | None:
    if head[:4] in (b"RIFF", b"RF64", b"BW64"):
        return "wav" if head[8:12] == b"WAVE" else None
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm"
    if head[4:8] in FIRST_BOXES:
        return None if head[8:12] in PICTURE_BRANDS else "mp4"
    if head.startswith(b"ID3") and len(head) > 10:
        return "mp3"
    return kind_of_bare_frames(head)


def kind_of_bare_frames(head: bytes) -> str | None:
    """MP3 and AAC streams have no header of their own, only frames that begin with eleven or twelve set bits."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer, bitrate, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if head[1] & 0xF6 == 0xF0:
        return "aac"
    # Layer I is refused with the rest: nobody records in it, and a UTF-16 text would pass for it.
    believable = version != 1 and layer in (1, 2) and bitrate not in (0, 15) and rate != 3
    return "mp3" if believable else None


def what_it_is_instead(head: bytes) -> str:
    if head.startswith(PICTURES) or head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return f"This file is a picture, not a recording. Recordings can be {KINDS_IN_WORDS}."
    if looks_like_text(head):
        return f"This file holds text, not a recording. Recordings can be {KINDS_IN_WORDS}."
    return f"This file is not a recording of a kind that can be read. Recordings can be {KINDS_IN_WORDS}."


def looks_like_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    # A few bytes prove nothing, and control characters other than tabs and line ends do not occur in text.
    return len(head) >= 8 and not any(byte < 32 and byte not in b"\t\n\r\f" for byte in head)


def boxes_of(read: Callable[[int, int], bytes], size: int) -> Iterator[Box]:
    """The top-level boxes that lie whole inside the file; a box that the end of the file cuts is left out."""
    start, count = 0, 0
    while start + 8 <= size and count < MOST_BOXES:
        header = read(start, 16)
        length = int.from_bytes(header[:4], "big")
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        elif length == 0:
            length = size - start
        if length < 8 or start + length > size:
            return
        yield Box(header[4:8], start, length)
        start, count = start + length, count + 1
