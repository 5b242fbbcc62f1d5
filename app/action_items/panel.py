"""What the overview of an escalation shows of its actions."""

from dataclasses import dataclass

from app.access.session import ViewerSession
from app.action_items.finishing import may_finish
from app.action_items.listing import ActionRow, open_actions
from app.escalations.models import Escalation

SHOWN = 6


@dataclass(frozen=True)
class ActionPanel:
    rows: list[ActionRow]
    count: int
    late: int
    tickable: set[str]


def panel(session: ViewerSession, escalation: Escalation) -> ActionPanel:
    """One query. Include `action_items/_panel.html` with this as `actions`."""
    found = open_actions(session, escalation)
    rows = found[:SHOWN]
    tickable = {row.id for row in rows if escalation.is_open and may_finish(session, row)}
    return ActionPanel(rows, len(found), sum(row.is_late(session.viewer.zone) for row in found), tickable)
