"""The bytes of a recording, as its players ask for them."""

import hashlib
from functools import partial
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from app.access.doors import SharedPages
from app.escalations.doors import CurrentHere
from app.foundation.handing_out import FromStorage
from app.recordings.finding import find_recording
from app.recordings.models import Recording
from app.recordings.playback.ranges import CannotBeGiven, piece_of
from app.recordings.storing import storage_of

shared = SharedPages(prefix="/escalations/{key}/recordings")

TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "aac": "audio/aac",
    "webm": "audio/webm",
    "mp4": "audio/mp4",
}
# Nothing in it may act, whatever it turns out to be: it can be played and no more.
LOCKED_UP = "sandbox; default-src 'none'; media-src 'self'; style-src 'none'; script-src 'none'; frame-ancestors 'none'"


@shared.get("/{recording_id}/media")
def show_media(here: CurrentHere, recording_id: str, request: Request) -> Response:
    recording = find_recording(here.session, here.escalation, recording_id)
    tag = _tag(recording)
    asked = request.headers.get("range") if request.headers.get("if-range", tag) == tag else None
    headers = _headers(recording, tag)
    try:
        piece = piece_of(asked, recording.size)
    except CannotBeGiven:
        return Response(status_code=416, headers={"content-range": f"bytes */{recording.size}"})
    headers["content-length"] = str(piece.length)
    if piece.is_part:
        headers["content-range"] = f"bytes {piece.start}-{piece.start + piece.length - 1}/{recording.size}"
    store = storage_of(here.page.settings)
    reading = partial(store.open_range, recording.storage_key, piece.start, piece.length)
    return FromStorage(reading, 206 if piece.is_part else 200, headers, media_type_of(recording))


@shared.head("/{recording_id}/media")
def show_media_size(here: CurrentHere, recording_id: str) -> Response:
    recording = find_recording(here.session, here.escalation, recording_id)
    headers = _headers(recording, _tag(recording)) | {"content-length": str(recording.size)}
    return Response(headers=headers, media_type=media_type_of(recording))


def media_type_of(recording: Recording) -> str:
    kind = TYPES.get(recording.kind, "application/octet-stream")
    return kind.replace("audio/", "video/") if recording.has_video else kind


def file_name(title: str, ending: str) -> str:
    """One safe header value: plain letters for old browsers, all of them for the others."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in " -_") else "_" for letter in title)
    return f"filename=\"{plain[:100].strip() or 'recording'}.{ending}\"; filename*=UTF-8''{quote(title[:100], safe='')}.{ending}"


def _tag(recording: Recording) -> str:
    """Known from the first moment: what lies under a key never changes, and another file has another key."""
    return f'"{hashlib.sha256(recording.storage_key.encode()).hexdigest()[:32]}"'


def _headers(recording: Recording, tag: str) -> dict[str, str]:
    return {
        "accept-ranges": "bytes",
        "etag": tag,
        "cache-control": "private, no-cache",
        "content-disposition": f"inline; {file_name(recording.title, recording.kind)}",
        "content-security-policy": LOCKED_UP,
    }
