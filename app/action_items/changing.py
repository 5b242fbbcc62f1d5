"""Editing an action, sharing it, taking it away and bringing it back."""

from datetime import date

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.action_items.assigning import allowed_owner, assign, share
from app.action_items.facts import ActionEdited, ActionRemoved, ActionRestored
from app.action_items.models import ActionItem, ActionState
from app.action_items.owners import owners_for
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.timeline.recording import record


def edit_action(
    session: ViewerSession,
    escalation: Escalation,
    action: ActionItem,
    *,
    title: str,
    details: str,
    owner_id: str | None,
    due_on: date | None,
    audience: Audience,
) -> None:
    """What is shared stays shared: the customer has read it."""
    owners = owners_for(session, escalation)
    if owner_id != action.owner_id:
        allowed_owner(owners, owner_id)  # before anything is changed
    before = (action.title, action.details, action.due_on, action.owner_id)
    if due_on != action.due_on:
        _move(session, action, due_on)
    action.title, action.details = title, details
    session.add(action)
    if audience is Audience.shared:
        share(session, escalation, action)
    assign(session, escalation, action, owner_id, owners)
    words_or_date = before[:3] != (action.title, action.details, action.due_on)
    if words_or_date or (before[3] and action.owner_id is None):
        record(session, escalation.id, ActionEdited(), action, action.audience)


def remove(session: ViewerSession, escalation: Escalation, action: ActionItem) -> None:
    action.removed_at = now()
    session.add(action)
    record(session, escalation.id, ActionRemoved(), action, action.audience)


def restore(session: ViewerSession, escalation: Escalation, action: ActionItem) -> None:
    if action.removed_at is None:
        return
    action.removed_at = None
    session.add(action)
    record(session, escalation.id, ActionRestored(), action, action.audience)


def _move(session: ViewerSession, action: ActionItem, due_on: date | None) -> None:
    """Somebody else's new date needs the owner's answer again."""
    action.due_on, action.proposed_due_on = due_on, None
    if action.state is ActionState.accepted and action.owner_id != session.viewer.person_id:
        action.state = ActionState.open
