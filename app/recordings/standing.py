"""How far a recording's words are, said honestly: its state, its place in the queue, and why it stands still."""

from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.jobs import JobStatus, job_state
from app.recordings.listing import STATE_WORDS
from app.recordings.models import IN_WORK, ChunkState, Recording, RecordingState, TranscriptChunk

BROKEN = "Something failed on our side while this was worked on. The recording itself is safe and can be played."
GAPS = "Parts of this recording could not be transcribed. They are marked where they belong."


class Standing(NamedTuple):
    state: RecordingState
    words: str
    percent: int
    reason: str = ""
    detail: str = ""  # for those who can do something about it
    before_it: int = 0
    gaps: int = 0

    @property
    def is_ready(self) -> bool:
        return self.state is RecordingState.ready

    @property
    def is_moving(self) -> bool:
        """Pages that show it look again by themselves."""
        return self.state in IN_WORK or self.state is RecordingState.waiting_for_model

    @property
    def can_be_retried(self) -> bool:
        return self.state in (RecordingState.failed, RecordingState.waiting_for_model) or self.gaps > 0


def standing_of(session: ViewerSession, recording: Recording) -> Standing:
    words = STATE_WORDS[recording.state]
    if recording.state is RecordingState.ready:
        gaps = _gaps(session, recording)
        return Standing(recording.state, words, 100, GAPS if gaps else "", gaps=gaps)
    if recording.state in IN_WORK and recording.job_key:
        job = job_state(session, recording.job_key)
        if job and job.state in (JobStatus.FAILED, JobStatus.PARKED):
            failed = RecordingState.failed
            return Standing(failed, STATE_WORDS[failed], recording.progress, BROKEN, job.reason)
    before = _before(session, recording) if recording.state is RecordingState.uploaded else 0
    return Standing(recording.state, words, recording.progress, recording.reason, before_it=before)


def _before(session: ViewerSession, recording: Recording) -> int:
    """How many others come first, of all escalations: the queue is one."""
    if session.viewer.is_guest:
        return 0  # how busy we are with others is not theirs to know
    with session.seeing_everything():
        return session.exec(
            select(func.count())
            .select_from(Recording)
            .where(col(Recording.state).in_(IN_WORK), col(Recording.created_at) < recording.created_at)
        ).one()


def _gaps(session: ViewerSession, recording: Recording) -> int:
    return session.exec(
        select(func.count())
        .select_from(TranscriptChunk)
        .where(TranscriptChunk.recording_id == recording.id, TranscriptChunk.state == ChunkState.failed)
    ).one()
