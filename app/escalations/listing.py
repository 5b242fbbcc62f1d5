"""Escalations as rows of a list: one query, whatever their number."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.escalations.models import SEVERITY_LABELS, Escalation, EscalationInside, Health, Severity
from app.foundation.clock import now
from app.people.models import Customer, Person

PAGE = 50


@dataclass(frozen=True)
class Row:
    key: str
    title: str
    customer: str
    severity: Severity
    owner: str
    health: Health | None
    next_update_due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None

    @property
    def url(self) -> str:
        return f"/escalations/{self.key}"

    @property
    def severity_label(self) -> str:
        return SEVERITY_LABELS[self.severity]

    @property
    def is_late(self) -> bool:
        return self.closed_at is None and self.next_update_due_at is not None and self.next_update_due_at < now()


@dataclass(frozen=True)
class Rows:
    rows: list[Row]
    older: str  # the key to page on from; empty at the end


def list_rows(session: ViewerSession, *, is_open: bool, before: str = "") -> Rows:
    """Newest first, by key."""
    query = (
        select(
            Escalation.key,
            Escalation.title,
            Customer.name,
            Escalation.severity,
            Person.name,
            EscalationInside.health,
            Escalation.next_update_due_at,
            Escalation.opened_at,
            Escalation.closed_at,
        )
        .join(Customer, col(Customer.id) == Escalation.customer_id)
        .join(Person, col(Person.id) == Escalation.owner_id)
        .outerjoin(EscalationInside, col(EscalationInside.escalation_id) == Escalation.id)
    )
    query = query.where(col(Escalation.closed_at).is_(None) if is_open else col(Escalation.closed_at).is_not(None))
    if before:
        query = query.where(col(Escalation.opened_at) < datetime.fromisoformat(before))
    found = [Row(*row) for row in session.exec(query.order_by(col(Escalation.opened_at).desc()).limit(PAGE + 1))]
    return Rows(found[:PAGE], found[PAGE - 1].opened_at.isoformat() if len(found) > PAGE else "")
