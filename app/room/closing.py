"""What closing an escalation would leave open, whether whoever closes it can see it or not."""

from typing import NamedTuple

from sqlmodel import col, func, select

from app.access.session import ViewerSession
from app.action_items.models import ActionItem, ActionState
from app.concerns.models import Concern
from app.escalations.models import Escalation


class LeftOpen(NamedTuple):
    actions: int
    concerns: int

    @property
    def is_nothing(self) -> bool:
        return not self.actions and not self.concerns


def left_open(session: ViewerSession, escalation: Escalation) -> LeftOpen:
    """A count of everything: a rule that looks at part of the world would close over the rest."""
    actions = select(func.count()).where(
        ActionItem.escalation_id == escalation.id,
        ActionItem.state != ActionState.done,
        col(ActionItem.removed_at).is_(None),
    )
    concerns = select(func.count()).where(Concern.escalation_id == escalation.id, col(Concern.resolved_at).is_(None))
    with session.seeing_everything():
        return LeftOpen(actions=session.exec(actions).one(), concerns=session.exec(concerns).one())
