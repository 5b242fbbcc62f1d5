"""A concern of this escalation, through its viewer's own session, and what only our side knows of it."""

from sqlmodel import select

from app.access.session import ViewerSession
from app.concerns.models import Concern, ConcernInside
from app.escalations.models import Escalation
from app.foundation.refusals import NotFound


def find_concern(session: ViewerSession, escalation: Escalation, concern_id: str) -> Concern:
    found = session.exec(
        select(Concern).where(Concern.id == concern_id, Concern.escalation_id == escalation.id)
    ).first()
    if found is None:
        raise NotFound  # absent, of another escalation or not theirs: the same answer
    return found


def inside_of(session: ViewerSession, concern: Concern) -> ConcernInside:
    """For colleagues only: a guest's session would not see the row it made."""
    inside = session.get(ConcernInside, concern.id)
    if inside is None:
        inside = ConcernInside(concern_id=concern.id, escalation_id=concern.escalation_id)
        session.add(inside)
    return inside
