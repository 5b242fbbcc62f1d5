"""What was decided: recorded, shared, taken back."""

from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.refusals import NotFound, Refused
from app.meetings.facts import DecisionRecorded, DecisionRemoved, DecisionRestored, DecisionShared
from app.meetings.models import AgendaItem, Decision, Meeting
from app.timeline.recording import record

NOT_SHARED = (
    "The customer cannot read a decision of what is internal. Share {what} first, or keep the decision internal."
)


def record_decision(
    session: ViewerSession,
    meeting: Meeting,
    text: str,
    *,
    item: AgendaItem | None = None,
    audience: Audience = Audience.internal,
) -> Decision:
    if audience is Audience.shared:
        _can_be_shared(meeting, item)
    decision = Decision(
        escalation_id=meeting.escalation_id,
        meeting_id=meeting.id,
        agenda_item_id=item.id if item else None,
        text=text,
        recorded_by_id=session.viewer.person_id,
        audience=audience,
    )
    session.add(decision)
    session.flush()
    record(session, meeting.escalation_id, DecisionRecorded(), decision, audience)
    return decision


def share_decision(session: ViewerSession, meeting: Meeting, item: AgendaItem | None, decision: Decision) -> None:
    if decision.is_shared:
        return
    _can_be_shared(meeting, item)
    decision.audience = Audience.shared
    session.add(decision)
    record(session, meeting.escalation_id, DecisionShared(), decision, Audience.shared)


def remove_decision(session: ViewerSession, decision: Decision) -> None:
    decision.removed_at = now()
    session.add(decision)
    record(session, decision.escalation_id, DecisionRemoved(), decision, decision.audience)


def restore_decision(session: ViewerSession, decision: Decision) -> None:
    decision.removed_at = None
    session.add(decision)
    record(session, decision.escalation_id, DecisionRestored(), decision, decision.audience)


def find_decision(session: ViewerSession, meeting: Meeting, decision_id: str, *, removed: bool = False) -> Decision:
    gone = col(Decision.removed_at)
    found = session.exec(
        select(Decision).where(
            Decision.id == decision_id,
            Decision.meeting_id == meeting.id,
            Decision.escalation_id == meeting.escalation_id,
            gone.is_not(None) if removed else gone.is_(None),
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def _can_be_shared(meeting: Meeting, item: AgendaItem | None) -> None:
    if not meeting.is_shared:
        raise Refused(NOT_SHARED.format(what="the meeting"), "audience")
    if item is not None and not item.is_shared:
        raise Refused(NOT_SHARED.format(what="the item"), "audience")
