"""Noticing that an action's day has passed. Records the fact once per due date; sends nothing."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import col

from app.access.session import BY_DESIGN, ViewerSession
from app.action_items.facts import ActionOverdue
from app.action_items.models import ActionItem, ActionState
from app.escalations.models import Escalation
from app.people.models import Person
from app.timeline.recording import record

AT_ONCE = 200
EARLIEST_DAY = timedelta(hours=14)  # the first place on Earth where a day ends


def record_overdue(session: ViewerSession, now: datetime) -> int:
    """Late where its owner is. Two workers may look at once: the row goes to whoever claims it."""
    late = 0
    for action_id, zone in session.execute(_candidates(now)).all():
        today = now.astimezone(ZoneInfo(zone or "UTC")).date()
        claim = (
            update(ActionItem)
            .where(col(ActionItem.id) == action_id, col(ActionItem.due_on) < today, *_waiting())
            .values(overdue_noted_on=ActionItem.due_on)
            .returning(col(ActionItem.id))
            .execution_options(synchronize_session=False, **BY_DESIGN)
        )
        if session.execute(claim).first() is None:
            continue
        action = session.get_one(ActionItem, action_id, populate_existing=True)
        record(session, action.escalation_id, ActionOverdue(), action, action.audience)
        late += 1
    return late


def _candidates(now: datetime):  # type: ignore[no-untyped-def]
    return (
        select(col(ActionItem.id), col(Person.time_zone))
        .outerjoin(Person, col(Person.id) == ActionItem.owner_id)
        .join(Escalation, col(Escalation.id) == ActionItem.escalation_id)
        .where(col(ActionItem.due_on) < (now + EARLIEST_DAY).date(), *_waiting(), col(Escalation.closed_at).is_(None))
        .order_by(col(ActionItem.due_on))
        .limit(AT_ONCE)
    )


def _waiting() -> list[ColumnElement[bool]]:
    return [
        col(ActionItem.state) != ActionState.done,
        col(ActionItem.removed_at).is_(None),
        or_(col(ActionItem.overdue_noted_on).is_(None), col(ActionItem.overdue_noted_on) != col(ActionItem.due_on)),
    ]
