"""From chunks to lines: each is stored when it is done, so that a kill costs one chunk. Only the worker imports this."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import col, select

from app.access.session import ViewerSession, as_system
from app.foundation.settings import Settings
from app.recordings.facts import TranscriptReady
from app.recordings.hearing.keeping import put_lines
from app.recordings.hearing.preparing import decode_sound
from app.recordings.hearing.takes import fail, hold
from app.recordings.listening.reading import usual_language
from app.recordings.listening.vocabulary import vocabulary_of
from app.recordings.models import ChunkState, Recording, RecordingState, TranscriptChunk
from app.recordings.storing import sound_file
from app.speech.choosing import chosen_engine
from app.speech.engines import lacks_model
from app.speech.opening import open_engine
from app.speech.planning import Chunk
from app.speech.sniffing import UnusableMedia
from app.speech.transcriber import EngineUnavailable, Said, Transcriber
from app.speech.transcribing import detect_spoken_language, transcribe_chunk
from app.timeline.recording import record

TRIES = 3
NO_MODEL = "The speech model is not on this server yet. The words follow by themselves once it is there."
NO_ENGINE = (
    "What writes down the words cannot be used just now. They follow by themselves once an administrator has mended it."
)
NO_SERVER = "The transcription server cannot be used just now. The words follow by themselves once it can."
log = logging.getLogger(__name__)


def transcribe(engine: Engine, settings: Settings, recording_id: str, take: int) -> None:
    """Goes on where it was: chunks that are done are never heard again."""
    recording = _begin(engine, recording_id, take)
    if recording is None:
        return
    choice = chosen_engine(settings)
    if lacks_model(choice):
        _wait_for_engine(engine, recording, NO_MODEL)
        return
    try:
        raw = _sound(settings, recording)
    except UnusableMedia as trouble:
        with as_system(engine) as session:
            fail(session, recording_id, take, trouble.sentence)
        return
    try:
        with open_engine(choice, _threads()) as listener:
            Work(engine, recording, raw, listener).do()
    except EngineUnavailable as trouble:
        # What exactly is for the log: guests may read the page.
        log.warning("%s", trouble)
        _wait_for_engine(engine, recording, NO_SERVER if choice.server else NO_ENGINE)
        return
    raw.unlink(missing_ok=True)


@dataclass
class Work:
    """One recording in hand: its sound, and the engine that listens."""

    engine: Engine
    recording: Recording
    raw: Path
    listener: Transcriber

    def do(self) -> None:
        """To the end, or until the recording goes away under it."""
        with as_system(self.engine) as session:
            chunks = _chunks(session, self.recording)
            vocabulary = vocabulary_of(session, self.recording.escalation_id)
            self.recording.language = self.recording.language or usual_language(session, self.recording.escalation_id)
        todo = [chunk for chunk in chunks if chunk.state is ChunkState.todo]
        if self._pin_language(chunks) and all(self._do_chunk(chunk, vocabulary) for chunk in todo):
            self._finish()

    def _pin_language(self, chunks: list[TranscriptChunk]) -> bool:
        """Asked once: a recording that changed its language with each chunk would read like a riddle."""
        if not self.recording.language:
            self.recording.language = detect_spoken_language(self.listener, self.raw, [_plan(one) for one in chunks])
        with as_system(self.engine) as session:
            row = hold(session, self.recording.id, self.recording.take)
            if row:
                row.language = self.recording.language
                session.add(row)
            session.commit()
            return row is not None

    def _do_chunk(self, chunk: TranscriptChunk, vocabulary: Sequence[str]) -> bool:
        while True:
            tries = self._count_try(chunk)
            if tries is None:
                return False
            if tries > TRIES:
                return self._store(chunk, None)
            try:
                said = self._hear(chunk, vocabulary)
            except (RuntimeError, ValueError, ArithmeticError, LookupError, MemoryError) as trouble:
                log.warning("Chunk %d of %s, try %d: %r", chunk.number, chunk.recording_id, tries, trouble)
                continue
            return self._store(chunk, said)

    def _count_try(self, chunk: TranscriptChunk) -> int | None:
        """Counted before it is made: a chunk that kills its worker must not be tried for ever."""
        with as_system(self.engine) as session:
            row = session.get(TranscriptChunk, (chunk.recording_id, chunk.number))
            if row is None or hold(session, self.recording.id, self.recording.take) is None:
                return None
            row.tries += 1
            session.add(row)
            session.commit()
            return row.tries

    def _hear(self, chunk: TranscriptChunk, vocabulary: Sequence[str]) -> list[Said]:
        recording = self.recording
        return transcribe_chunk(
            self.listener, self.raw, _plan(chunk), recording.language, vocabulary, recording.clock_offset
        )

    def _store(self, chunk: TranscriptChunk, said: list[Said] | None) -> bool:
        """The lines and the chunk's end in one commit; no words at all make a gap that the reader can see."""
        with as_system(self.engine) as session:
            recording = hold(session, self.recording.id, self.recording.take)
            row = session.get(TranscriptChunk, (chunk.recording_id, chunk.number))
            if recording is None or row is None:
                return False
            row.state = ChunkState.failed if said is None else ChunkState.done
            session.add(row)
            put_lines(session, recording, row, said)
            session.flush()
            recording.progress = _percent(_chunks(session, recording))
            session.add(recording)
            session.commit()
        return True

    def _finish(self) -> None:
        with as_system(self.engine) as session:
            recording = hold(session, self.recording.id, self.recording.take)
            if recording is None or recording.state is RecordingState.ready:
                return
            recording.state, recording.reason, recording.progress = RecordingState.ready, "", 100
            session.add(recording)
            audience, readers = recording.audience, recording.reader_group_id
            record(session, recording.escalation_id, TranscriptReady(), recording, audience, readers=readers)
            session.commit()


def _begin(engine: Engine, recording_id: str, take: int) -> Recording | None:
    with as_system(engine) as session:
        recording = hold(session, recording_id, take)
        if recording is None or not recording.is_prepared or recording.state is RecordingState.ready:
            return None
        recording.state, recording.reason = RecordingState.transcribing, ""
        session.add(recording)
        session.commit()
        return recording


def _wait_for_engine(engine: Engine, recording: Recording, reason: str) -> None:
    with as_system(engine) as session:
        row = hold(session, recording.id, recording.take)
        if row:
            row.state, row.reason = RecordingState.waiting_for_model, reason
            session.add(row)
        session.commit()


def _sound(settings: Settings, recording: Recording) -> Path:
    """Decoded again where it is missing, as after a move to another machine."""
    raw = sound_file(settings, recording.id, recording.take)
    return raw if raw.is_file() else decode_sound(settings, recording).path


def _chunks(session: ViewerSession, recording: Recording) -> list[TranscriptChunk]:
    query = select(TranscriptChunk).where(TranscriptChunk.recording_id == recording.id)
    return list(session.exec(query.order_by(col(TranscriptChunk.number))))


def _percent(chunks: list[TranscriptChunk]) -> int:
    """Of the speech, not of the chunks: a silent hour is no work, and done at once."""
    spoken = [one for one in chunks if one.has_speech]
    total = sum(one.end_sample - one.start_sample for one in spoken)
    done = sum(one.end_sample - one.start_sample for one in spoken if one.state is not ChunkState.todo)
    return 100 * done // total if total else 100


def _plan(chunk: TranscriptChunk) -> Chunk:
    return Chunk(chunk.number, chunk.start_sample, chunk.end_sample, chunk.has_speech)


def _threads() -> int:
    """One core is left to those who read meanwhile."""
    return max(1, (os.cpu_count() or 2) - 1)
