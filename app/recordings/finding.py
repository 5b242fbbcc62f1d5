"""One recording of this escalation, as its viewer may see it."""

from sqlmodel import select

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation.refusals import NotFound
from app.meetings.models import Meeting
from app.recordings.models import Recording


def find_recording(session: ViewerSession, escalation: Escalation, recording_id: str) -> Recording:
    found = session.exec(
        select(Recording).where(Recording.id == recording_id, Recording.escalation_id == escalation.id)
    ).first()
    if found is None:
        raise NotFound
    return found


def meeting_of(session: ViewerSession, escalation: Escalation, meeting_id: str | None) -> Meeting | None:
    """None as well for a meeting of elsewhere, and for one this viewer does not see."""
    if not meeting_id:
        return None
    return session.exec(select(Meeting).where(Meeting.id == meeting_id, Meeting.escalation_id == escalation.id)).first()
