"""What our side notes about a concern for itself: the state of the work and remarks."""

from app.access.session import ViewerSession
from app.concerns.facts import ConcernRemarkChanged, ConcernWorkMoved
from app.concerns.finding import inside_of
from app.concerns.models import Concern, WorkState
from app.timeline.recording import record


def remark(session: ViewerSession, concern: Concern, state: WorkState, remarks: str) -> None:
    inside = inside_of(session, concern)
    if inside.state is not state:
        moved = ConcernWorkMoved(before=inside.state, after=state)
        inside.state = state
        record(session, concern.escalation_id, moved, concern)
    if inside.remarks != remarks:
        inside.remarks = remarks
        record(session, concern.escalation_id, ConcernRemarkChanged(), concern)
    session.add(inside)
