"""Planning a meeting, changing it, cancelling it and putting it back."""

from dataclasses import dataclass, field
from datetime import datetime

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation.refusals import Refused
from app.meetings.agenda.composing import compose
from app.meetings.facts import MeetingCancelled, MeetingEdited, MeetingMoved, MeetingPlanned, MeetingRevived
from app.meetings.inviting import invite, send_invitations
from app.meetings.models import Meeting, MeetingState
from app.meetings.moments import planned_span
from app.timeline.recording import record


@dataclass(frozen=True)
class Plan:
    """What somebody wants: the time as they typed it, on the clock of `zone`."""

    title: str
    starts_at: datetime
    minutes: int
    zone: str
    place: str = ""
    link: str = ""
    people: set[str] = field(default_factory=set)


def plan_meeting(session: ViewerSession, escalation: Escalation, plan: Plan) -> Meeting:
    """Internal until it is shared. Its agenda is there at once."""
    starts_at, ends_at = planned_span(plan.starts_at, plan.minutes, plan.zone)
    meeting = Meeting(
        escalation_id=escalation.id,
        title=plan.title,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=plan.zone,
        place=plan.place,
        link=plan.link,
        planned_by_id=session.viewer.person_id,
    )
    session.add(meeting)
    session.flush()
    record(session, escalation.id, MeetingPlanned(), meeting, meeting.audience)
    invite(session, escalation, meeting, plan.people)
    compose(session, escalation, meeting)
    send_invitations(session, meeting)
    return meeting


def change_meeting(session: ViewerSession, escalation: Escalation, meeting: Meeting, plan: Plan) -> None:
    if meeting.is_cancelled:
        raise Refused("This meeting is cancelled. Put it back on the calendar first.")
    starts_at, ends_at = planned_span(plan.starts_at, plan.minutes, plan.zone)
    is_moved = (starts_at, ends_at) != (meeting.starts_at, meeting.ends_at)
    words = (plan.title, plan.place, plan.link)
    is_changed = words != (meeting.title, meeting.place, meeting.link)
    others = invite(session, escalation, meeting, plan.people)
    if not (is_moved or is_changed or others):
        return
    meeting.title, meeting.place, meeting.link = words
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    if is_moved:
        meeting.zone = plan.zone
    if is_moved or is_changed:
        meeting.count_change()  # calendars of those invited before take the new one
    session.add(meeting)
    record(session, escalation.id, MeetingMoved() if is_moved else MeetingEdited(), meeting, meeting.audience)
    send_invitations(session, meeting)


def cancel_meeting(session: ViewerSession, meeting: Meeting) -> None:
    if meeting.state is MeetingState.ended:
        raise Refused("This meeting has taken place. It cannot be cancelled any more.")
    if not meeting.is_cancelled:
        _turn(session, meeting, MeetingState.cancelled)
        record(session, meeting.escalation_id, MeetingCancelled(), meeting, meeting.audience)


def revive_meeting(session: ViewerSession, meeting: Meeting) -> None:
    if meeting.is_cancelled:
        _turn(session, meeting, MeetingState.planned)
        record(session, meeting.escalation_id, MeetingRevived(), meeting, meeting.audience)


def _turn(session: ViewerSession, meeting: Meeting, state: MeetingState) -> None:
    meeting.state = state
    meeting.count_change()
    session.add(meeting)
    session.flush()
    send_invitations(session, meeting)
