"""Done, and not done after all."""

from app.access.session import ViewerSession
from app.action_items.facts import ActionDone, ActionReopened
from app.action_items.listing import ActionRow
from app.action_items.models import ActionItem, ActionState
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.refusals import NotAllowed
from app.timeline.recording import record


def finish(session: ViewerSession, escalation: Escalation, action: ActionItem) -> None:
    _theirs(session, action)
    if action.is_done:
        return
    action.state, action.proposed_due_on = ActionState.done, None
    action.done_at, action.done_by_id = now(), session.viewer.person_id
    session.add(action)
    record(session, escalation.id, ActionDone(), action, action.audience)


def reopen(session: ViewerSession, escalation: Escalation, action: ActionItem) -> None:
    _theirs(session, action)
    if not action.is_done:
        return
    action.state = ActionState.accepted if action.owner_id else ActionState.open
    action.done_at = action.done_by_id = None
    session.add(action)
    record(session, escalation.id, ActionReopened(), action, action.audience)


def may_finish(session: ViewerSession, action: ActionItem | ActionRow) -> bool:
    """Its owner, whoever asked for it, and every colleague."""
    viewer = session.viewer
    return viewer.is_staff or viewer.person_id in (action.owner_id, action.created_by_id)


def _theirs(session: ViewerSession, action: ActionItem) -> None:
    if not may_finish(session, action):
        raise NotAllowed("Only its owner, whoever asked for it, or the team can do this.")
