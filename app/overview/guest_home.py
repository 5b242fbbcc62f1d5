"""Where a guest starts: straight in their escalation, or a choice when they have several."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import col

from app.access.session import ViewerSession
from app.action_items.listing import ActionRow, action_rows, by_due, is_open, read_rows
from app.action_items.models import ActionItem
from app.escalations.models import CUSTOMER_STATE_LABELS, CustomerState, Escalation

MOST = 50


class GuestEscalation(NamedTuple):
    """One of their escalations, in the customer's words, with what we need from them."""

    key: str
    title: str
    state: CustomerState
    next_update_due_at: datetime | None
    closed_at: datetime | None
    asked: list[ActionRow]

    @property
    def url(self) -> str:
        return f"/escalations/{self.key}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def stands(self) -> str:
        return CUSTOMER_STATE_LABELS[self.state]


def home_of(session: ViewerSession) -> list[GuestEscalation]:
    """Open ones first. Two statements; the session limits both to what is theirs."""
    asked = read_rows(
        session,
        action_rows()
        .where(col(ActionItem.owner_id) == session.viewer.person_id, is_open(), col(Escalation.closed_at).is_(None))
        .order_by(*by_due())
        .limit(MOST),
    )
    columns: list[Any] = [
        Escalation.key,
        Escalation.title,
        Escalation.customer_state,
        Escalation.next_update_due_at,
        Escalation.closed_at,
    ]
    query = select(*columns).order_by(col(Escalation.closed_at).is_not(None), col(Escalation.opened_at).desc())
    return [
        GuestEscalation(key, title, state, due_at, closed_at, [action for action in asked if action.key == key])
        for key, title, state, due_at, closed_at in session.execute(query.limit(MOST))
    ]


def only_open(escalations: list[GuestEscalation]) -> GuestEscalation | None:
    """The one to go to without asking."""
    current = [one for one in escalations if one.is_open]
    return current[0] if len(current) == 1 else None
