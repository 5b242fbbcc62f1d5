"""The rows of a recording while the worker has it in hand, as long as its file is still the same."""

from sqlmodel import select

from app.access.session import ViewerSession
from app.recordings.models import Recording, RecordingState


def hold(session: ViewerSession, recording_id: str, take: int) -> Recording | None:
    """The recording, its row locked; none when it was deleted or its file replaced, and the work is to be dropped."""
    query = select(Recording).where(Recording.id == recording_id, Recording.take == take)
    return session.exec(query.with_for_update()).first()


def fail(session: ViewerSession, recording_id: str, take: int, sentence: str) -> None:
    recording = hold(session, recording_id, take)
    if recording:
        recording.state, recording.reason = RecordingState.failed, sentence
        session.add(recording)
    session.commit()
