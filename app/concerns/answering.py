"""What the customer reads about a concern: where it stands, when they can use it, and whether it is resolved."""

from datetime import date

from app.access.session import ViewerSession
from app.concerns.facts import ConcernAnswered, ConcernReopened, ConcernResolved
from app.concerns.models import Concern, CustomerWord
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.timeline.recording import record


def answer_concern(
    session: ViewerSession, concern: Concern, word: CustomerWord, answer: str, available_on: date | None
) -> None:
    if word is CustomerWord.needs_your_input and not answer:
        raise Refused("Say what we need from the customer.", "answer")
    if word is CustomerWord.not_planned and not answer:
        raise Refused("Say why, in words the customer can read.", "answer")
    if (word, answer, available_on) == (concern.customer_word, concern.answer, concern.available_on):
        return
    before = concern.customer_word
    concern.customer_word, concern.answer, concern.available_on = word, answer, available_on
    session.add(concern)
    fact = ConcernAnswered(before=before, word=word, available_on=available_on)
    record(session, concern.escalation_id, fact, concern, concern.audience)


def resolve(session: ViewerSession, concern: Concern) -> None:
    """It leaves both orders and keeps its place in them."""
    if not concern.is_open:
        return
    concern.resolved_at = now()
    session.add(concern)
    record(session, concern.escalation_id, ConcernResolved(), concern, concern.audience)


def reopen(session: ViewerSession, concern: Concern) -> None:
    if concern.is_open:
        return
    concern.resolved_at = None
    session.add(concern)
    record(session, concern.escalation_id, ConcernReopened(), concern, concern.audience)
