"""Asking somebody to do it. Handing an internal action to a guest shares it."""

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.action_items.facts import ActionAssigned, ActionShared
from app.action_items.models import ActionItem, ActionState
from app.action_items.owners import Owners
from app.escalations.models import Escalation
from app.escalations.participants.joining import make_known
from app.foundation.refusals import Refused
from app.timeline.recording import record


def assign(
    session: ViewerSession, escalation: Escalation, action: ActionItem, owner_id: str | None, owners: Owners
) -> None:
    """The new owner has not answered yet, whatever the one before them said."""
    if owner_id == action.owner_id:
        return
    allowed_owner(owners, owner_id)
    action.owner_id, action.state, action.proposed_due_on = owner_id, ActionState.open, None
    session.add(action)
    if owner_id is None:
        return
    if owners.is_guest(owner_id):
        share(session, escalation, action)
    elif action.is_shared:
        make_known(session, escalation, owner_id)
    record(session, escalation.id, ActionAssigned(person_id=owner_id), action, action.audience)


def share(session: ViewerSession, escalation: Escalation, action: ActionItem) -> None:
    """Answers given while it was internal stay internal, and so does an internal source."""
    if action.is_shared:
        return
    action.audience = Audience.shared
    session.add(action)
    if action.owner_id is not None:
        make_known(session, escalation, action.owner_id)
    record(session, escalation.id, ActionShared(), action, Audience.shared)


def allowed_owner(owners: Owners, owner_id: str | None) -> None:
    if owner_id is not None and owner_id not in owners:
        raise Refused("Choose one of the people listed.", "owner_id")
