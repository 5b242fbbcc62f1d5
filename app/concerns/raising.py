"""Raising a concern, and putting it into better words."""

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.access.viewer import Viewer
from app.concerns.facts import ConcernEdited, ConcernRaised
from app.concerns.models import Concern
from app.concerns.ranking import last_for_customer, wait_for_turn
from app.escalations.models import Escalation
from app.foundation.refusals import NotAllowed, Refused
from app.timeline.recording import record

ANSWERED = "We have answered this already. Write in the discussion what has changed, so that the answer stays true."


def raise_concern(session: ViewerSession, escalation: Escalation, words: str, *, details: str = "") -> Concern:
    """A guest's concern is shared at once and comes last in the customer's order. A colleague's stays internal until
    it is shared. The escalation's owner answers for it until somebody else is named."""
    _must_say_something(words)
    shared = session.viewer.is_guest
    wait_for_turn(session, escalation)
    concern = Concern(
        escalation_id=escalation.id,
        words=words,
        details=details,
        raised_by_id=session.viewer.person_id,
        owner_id=escalation.owner_id,
        audience=Audience.shared if shared else Audience.internal,
        customer_rank=last_for_customer(session, escalation) if shared else None,
    )
    session.add(concern)
    session.flush()
    record(session, escalation.id, ConcernRaised(), concern, concern.audience)
    return concern


def reword(session: ViewerSession, concern: Concern, words: str, details: str) -> None:
    if not may_reword(session.viewer, concern):
        raise NotAllowed(
            ANSWERED if concern.raised_by_id == session.viewer.person_id else "These are somebody else’s words."
        )
    _must_say_something(words)
    if (words, details) == (concern.words, concern.details):
        return
    concern.words, concern.details = words, details
    session.add(concern)
    record(session, concern.escalation_id, ConcernEdited(), concern, concern.audience)


def may_reword(viewer: Viewer, concern: Concern) -> bool:
    """Our people, and the guest who raised it until it is answered: an answer to other words would be no answer."""
    return viewer.is_staff or (concern.raised_by_id == viewer.person_id and concern.is_open and not concern.is_answered)


def _must_say_something(words: str) -> None:
    if not words.strip():
        raise Refused("Say in one sentence what the worry is.", "words")
