"""Deleting a recording: its words, its consents, its bytes. What stays is the fact that it was deleted."""

from sqlalchemy import delete, update
from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.foundation.jobs import enqueue
from app.recordings.facts import RecordingDeleted
from app.recordings.models import Consent, Recording, TranscriptChunk, TranscriptLine
from app.timeline.models import TimelineEntry
from app.timeline.recording import record

WORDS = (TranscriptLine, TranscriptChunk)


def delete_recording(session: ViewerSession, recording: Recording) -> None:
    _hide_what_was_told(session, recording)
    record(
        session,
        recording.escalation_id,
        RecordingDeleted(),
        recording,
        readers=recording.reader_group_id,
        refreshes_guests=recording.is_shared,
    )
    delete_words(session, recording)
    session.execute(delete(Consent).where(col(Consent.recording_id) == recording.id))
    ask_to_remove_media(session, recording)
    session.delete(recording)


def delete_words(session: ViewerSession, recording: Recording) -> None:
    for table in WORDS:
        gone = delete(table).where(col(table.recording_id) == recording.id)
        session.execute(gone.execution_options(synchronize_session=False))


def ask_to_remove_media(session: ViewerSession, recording: Recording) -> None:
    """A job, because the bytes may go only after this is committed, and must go even if the server dies in between."""
    key = f"recording:{recording.id}:remove:{recording.take}"
    enqueue(session, "remove_recording_media", recording.storage_key, recording.id, str(recording.take), key=key)


def _hide_what_was_told(session: ViewerSession, recording: Recording) -> None:
    """Guests keep no entries about something that is gone; they were told of its sharing by name."""
    lines = select(TranscriptLine.id).where(TranscriptLine.recording_id == recording.id)
    for about in (col(TimelineEntry.subject_id) == recording.id, col(TimelineEntry.subject_id).in_(lines)):
        hide = update(TimelineEntry).where(about).values(audience=Audience.internal)
        session.execute(hide.execution_options(synchronize_session=False))
