"""The worker's first look at a recording: decoded, drawn, and cut into chunks. Only the worker imports this."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from app.access.session import as_system
from app.foundation.settings import Settings
from app.foundation.storage import file_of
from app.foundation.uploads import sha256_of
from app.recordings.hearing.asking import ask_for_words
from app.recordings.hearing.takes import fail, hold
from app.recordings.models import Recording, RecordingState, TranscriptChunk
from app.recordings.storing import scratch_folder, sound_file, storage_of
from app.speech.decoding import Decoded, decode
from app.speech.planning import Chunk, plan_chunks
from app.speech.sniffing import UnusableMedia
from app.speech.waveform import waveform

BEFORE = (RecordingState.uploaded, RecordingState.preparing)


def prepare(engine: Engine, settings: Settings, recording_id: str, take: int) -> None:
    """Repeated after a crash: nothing of it counts until the one commit at its end."""
    recording = _begin(engine, recording_id, take)
    if recording is None:
        return
    try:
        with _file(settings, recording) as path:
            _note_digest(engine, recording, sha256_of(path))
            decoded = _decode(settings, recording, path)
    except UnusableMedia as trouble:
        with as_system(engine) as session:
            fail(session, recording_id, take, trouble.sentence)
        return
    shape, chunks = waveform(decoded.path), plan_chunks(decoded.path)
    _store(engine, recording, decoded, shape, chunks)


def decode_sound(settings: Settings, recording: Recording) -> Decoded:
    with _file(settings, recording) as path:
        return _decode(settings, recording, path)


def _decode(settings: Settings, recording: Recording, path: Path) -> Decoded:
    raw = sound_file(settings, recording.id, recording.take)
    raw.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return decode(path, raw)


def _begin(engine: Engine, recording_id: str, take: int) -> Recording | None:
    with as_system(engine) as session:
        recording = hold(session, recording_id, take)
        if recording is None or recording.state not in BEFORE:
            return None
        recording.state = RecordingState.preparing
        session.add(recording)
        session.commit()
        return recording


def _note_digest(engine: Engine, seen: Recording, digest: str) -> None:
    """Here and not at the end of the upload, whose sender would wait while gigabytes are read once more."""
    with as_system(engine) as session:
        recording = hold(session, seen.id, seen.take)
        if recording:
            recording.sha256 = digest
            session.add(recording)
        session.commit()


def _store(engine: Engine, seen: Recording, decoded: Decoded, shape: list[int], chunks: list[Chunk]) -> None:
    with as_system(engine) as session:
        recording = hold(session, seen.id, seen.take)
        if recording is None:
            decoded.path.unlink(missing_ok=True)
            return
        recording.duration_seconds = decoded.seconds
        recording.clock_offset = decoded.first_pts_seconds
        recording.has_video = decoded.has_video
        recording.waveform = shape
        recording.state = RecordingState.transcribing
        session.add_all(
            TranscriptChunk(
                recording_id=recording.id,
                escalation_id=recording.escalation_id,
                number=chunk.index,
                start_sample=chunk.start_sample,
                end_sample=chunk.end_sample,
                has_speech=chunk.has_speech,
            )
            for chunk in chunks
        )
        ask_for_words(session, recording)
        session.commit()


@contextmanager
def _file(settings: Settings, recording: Recording) -> Iterator[Path]:
    """The stored file, or a copy of it where it is stored elsewhere."""
    gone = UnusableMedia("The file of this recording is no longer on the server. Upload it again.")
    store = storage_of(settings)
    try:
        if not store.exists(recording.storage_key):
            raise gone
        with file_of(store, recording.storage_key, scratch_folder(settings)) as path:
            yield path
    except FileNotFoundError:
        raise gone from None
