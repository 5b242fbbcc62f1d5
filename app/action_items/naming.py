"""What an action item is called, for timeline, inbox, mail and search."""

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.action_items.models import ActionItem
from app.escalations.models import Escalation
from app.timeline.describing import Described, describes


@describes("action_item")
def describe_actions(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    rows = session.exec(
        select(ActionItem.id, ActionItem.title, ActionItem.details, Escalation.key)
        .join(Escalation, col(Escalation.id) == ActionItem.escalation_id)
        .where(col(ActionItem.id).in_(ids), col(ActionItem.removed_at).is_(None))
    )
    return {
        action_id: Described(title, f"/escalations/{key}/actions/{action_id}", words=details)
        for action_id, title, details, key in rows
    }
