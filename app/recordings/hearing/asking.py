"""Asking the worker for a recording's words, again where it failed."""

from sqlalchemy import delete, update
from sqlmodel import col

from app.access.session import ViewerSession
from app.foundation.ids import new_id
from app.foundation.jobs import enqueue
from app.recordings.models import ChunkState, Recording, RecordingState, TranscriptChunk, TranscriptLine


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
