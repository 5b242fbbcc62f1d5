"""What the owner says when asked: yes, on another date, or not me; and taking the date they proposed."""

from datetime import date

from app.access.session import ViewerSession
from app.action_items.facts import ActionAccepted, ActionDeclined, DateAgreed, DateProposed
from app.action_items.models import ActionAnswer, ActionItem, ActionState, AnswerKind
from app.escalations.models import Escalation
from app.foundation.clock import today
from app.foundation.refusals import NotAllowed, Refused
from app.timeline.facts import Fact
from app.timeline.recording import record


def accept(session: ViewerSession, escalation: Escalation, action: ActionItem) -> None:
    _owners_answer(session, action)
    if action.state is ActionState.accepted and action.proposed_due_on is None:
        return
    action.state, action.proposed_due_on = ActionState.accepted, None
    _answer(session, escalation, action, AnswerKind.accepted, ActionAccepted())


def propose_date(session: ViewerSession, escalation: Escalation, action: ActionItem, day: date, words: str) -> None:
    _owners_answer(session, action)
    if day < today(session.viewer.zone):
        raise Refused("Choose today or a later day.", "proposed_on")
    if day == action.due_on:
        raise Refused("This is the date it has now. Accept it, or choose another.", "proposed_on")
    action.proposed_due_on = day
    _answer(session, escalation, action, AnswerKind.proposed, DateProposed(), words, day)


def decline(session: ViewerSession, escalation: Escalation, action: ActionItem, words: str = "") -> None:
    """It is nobody's again; whoever asked and the escalation's owner hear of it."""
    _owners_answer(session, action)
    action.owner_id, action.state, action.proposed_due_on = None, ActionState.open, None
    _answer(session, escalation, action, AnswerKind.declined, ActionDeclined(), words)


def agree(session: ViewerSession, escalation: Escalation, action: ActionItem) -> None:
    if not may_agree(session, action):
        raise NotAllowed("Whoever asked for this decides about its date.")
    if action.proposed_due_on is None or action.is_done:
        raise Refused("No other date is proposed any more.")
    action.due_on, action.proposed_due_on = action.proposed_due_on, None
    action.state = ActionState.accepted  # they proposed it, so they stand by it
    _answer(session, escalation, action, AnswerKind.agreed, DateAgreed(), day=action.due_on)


def may_agree(session: ViewerSession, action: ActionItem) -> bool:
    """Whoever asked for it; and any colleague but the one who proposes."""
    viewer = session.viewer
    return viewer.person_id == action.created_by_id or (viewer.is_staff and viewer.person_id != action.owner_id)


def _owners_answer(session: ViewerSession, action: ActionItem) -> None:
    if action.owner_id is None or action.owner_id != session.viewer.person_id:
        raise NotAllowed("Only the person it is for can answer this.")
    if action.is_done:
        raise Refused("This is done already. Reopen it first.")


def _answer(
    session: ViewerSession,
    escalation: Escalation,
    action: ActionItem,
    kind: AnswerKind,
    fact: Fact,
    words: str = "",
    day: date | None = None,
) -> None:
    if session.viewer.person_id is None:
        raise NotAllowed
    session.add(action)
    session.add(
        ActionAnswer(
            escalation_id=escalation.id,
            action_id=action.id,
            person_id=session.viewer.person_id,
            kind=kind,
            proposed_on=day,
            words=words,
            audience=action.audience,
        )
    )
    record(session, escalation.id, fact, action, action.audience)
