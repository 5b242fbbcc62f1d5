"""Asking the worker for a recording's words: again where it failed, anew where they are wrong."""

from sqlalchemy import delete, update
from sqlmodel import col

from app.access.session import ViewerSession
from app.foundation.ids import new_id
from app.foundation.jobs import enqueue
from app.foundation.refusals import Refused
from app.recordings.facts import HeardAgain
from app.recordings.listening.changing import checked_language
from app.recordings.models import IN_WORK, ChunkState, Recording, RecordingState, TranscriptChunk, TranscriptLine
from app.timeline.recording import record


def ask_for_words(session: ViewerSession, recording: Recording) -> None:
    """In the same transaction as what makes it needed. Each asking has a key of its own: a job runs once per key."""
    name = "transcribe_recording" if recording.is_prepared else "prepare_recording"
    key = f"recording:{recording.id}:{recording.take}:{new_id()}"
    recording.job_key = enqueue(session, name, recording.id, str(recording.take), key=key)
    session.add(recording)


def ask_again(session: ViewerSession, recording: Recording) -> None:
    """What is written down stays; what failed is tried anew."""
    retry = update(TranscriptChunk).where(
        col(TranscriptChunk.recording_id) == recording.id, col(TranscriptChunk.state) != ChunkState.done
    )
    session.execute(retry.values(state=ChunkState.todo, tries=0).execution_options(synchronize_session=False))
    gaps = delete(TranscriptLine).where(
        col(TranscriptLine.recording_id) == recording.id, col(TranscriptLine.is_missing).is_(True)
    )
    session.execute(gaps.execution_options(synchronize_session=False))
    recording.state = RecordingState.transcribing if recording.is_prepared else RecordingState.uploaded
    recording.reason = ""
    ask_for_words(session, recording)


def hear_again(session: ViewerSession, recording: Recording, language: str) -> None:
    """In this language, or in the one that is found. Old lines stay until the new ones of their chunk are there, and
    what people corrected, or made something of, stays for good."""
    if recording.state in IN_WORK:
        raise Refused("Its words are still being written down. Wait until they are all there.", "language")
    if not recording.is_prepared:
        raise Refused("This recording could not be read, so there is nothing to hear. Replace its file.", "language")
    anew = update(TranscriptChunk).where(col(TranscriptChunk.recording_id) == recording.id)
    session.execute(anew.values(state=ChunkState.todo, tries=0).execution_options(synchronize_session=False))
    recording.language = checked_language(language)
    recording.state, recording.reason, recording.progress = RecordingState.transcribing, "", 0
    audience, readers = recording.audience, recording.reader_group_id
    record(session, recording.escalation_id, HeardAgain(), recording, audience, readers=readers)
    ask_for_words(session, recording)
