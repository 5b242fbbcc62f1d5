"""What was written down to be listened for."""

from app.access.session import ViewerSession
from app.recordings.listening.models import HOUSE, EscalationListening, HouseListening


def listening_for_all(session: ViewerSession) -> HouseListening:
    return session.get(HouseListening, HOUSE) or HouseListening()


def listening_for(session: ViewerSession, escalation_id: str) -> EscalationListening:
    return session.get(EscalationListening, escalation_id) or EscalationListening(escalation_id=escalation_id)


def expected_terms(session: ViewerSession, escalation_id: str) -> tuple[list[str], list[str]]:
    """Those of the escalation and those of the workspace."""
    return (
        listening_for(session, escalation_id).terms.splitlines(),
        listening_for_all(session).terms.splitlines(),
    )


def usual_language(session: ViewerSession, escalation_id: str) -> str:
    """The escalation's, else the workspace's, else nothing, and then it is found out."""
    return listening_for(session, escalation_id).language or listening_for_all(session).language
