"""Starting a meeting and ending it. What was not discussed goes into the next one at once."""

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.meetings.agenda.composing import compose
from app.meetings.facts import MeetingEnded, MeetingStarted
from app.meetings.models import Meeting, MeetingState
from app.timeline.recording import record


def start(session: ViewerSession, meeting: Meeting) -> None:
    """Also takes an ending back."""
    if meeting.is_cancelled:
        raise Refused("This meeting is cancelled. Put it back on the calendar first.")
    if meeting.is_running:
        return
    meeting.state, meeting.ended_at = MeetingState.running, None
    meeting.started_at = meeting.started_at or now()
    session.add(meeting)
    record(session, meeting.escalation_id, MeetingStarted(), meeting, meeting.audience)


def end(session: ViewerSession, escalation: Escalation, meeting: Meeting) -> int:
    """Answers how many items went on to the next meeting, if one is planned."""
    if not meeting.is_running:
        raise Refused("This meeting is not running.")
    meeting.state, meeting.ended_at = MeetingState.ended, now()
    session.add(meeting)
    session.flush()
    record(session, meeting.escalation_id, MeetingEnded(), meeting, meeting.audience)
    following = meeting_after(session, meeting)
    return compose(session, escalation, following) if following else 0


def meeting_after(session: ViewerSession, meeting: Meeting) -> Meeting | None:
    return session.exec(
        select(Meeting)
        .where(
            Meeting.escalation_id == meeting.escalation_id,
            col(Meeting.starts_at) > meeting.starts_at,
            Meeting.state == MeetingState.planned,
        )
        .order_by(col(Meeting.starts_at))
        .limit(1)
    ).first()
