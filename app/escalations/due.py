"""Updates the customer is still waiting for: found when their moment has passed, recorded once."""

from datetime import datetime

from sqlalchemy import or_, update
from sqlmodel import col, select

from app.access.session import ViewerSession
from app.escalations.facts import UpdateOverdue
from app.escalations.models import Escalation, EscalationInside
from app.timeline.recording import record

AT_ONCE = 50


def record_overdue_updates(session: ViewerSession, moment: datetime) -> int:
    """Records, for ours alone; who is told is the notifications' business. A moved date can become overdue again."""
    inside = EscalationInside
    unnoted = or_(
        col(inside.overdue_noted_for).is_(None), col(inside.overdue_noted_for) != Escalation.next_update_due_at
    )
    due = session.exec(
        select(Escalation)
        .join(inside, col(inside.escalation_id) == Escalation.id)
        .where(col(Escalation.next_update_due_at) < moment, col(Escalation.closed_at).is_(None), unnoted)
        .limit(AT_ONCE)
    ).all()
    for escalation in due:
        claimed = session.execute(
            update(inside)
            .where(col(inside.escalation_id) == escalation.id)
            .where(
                or_(
                    col(inside.overdue_noted_for).is_(None),
                    col(inside.overdue_noted_for) != escalation.next_update_due_at,
                )
            )
            .values(overdue_noted_for=escalation.next_update_due_at)
            .execution_options(synchronize_session=False)
        )
        if claimed.rowcount == 1:  # type: ignore[attr-defined]
            record(session, escalation.id, UpdateOverdue(), escalation)
    return len(due)
