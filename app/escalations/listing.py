"""Escalations as rows of a list: a few statements, whatever their number."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import col

from app.access.session import ViewerSession
from app.escalations.models import SEVERITY_LABELS, Escalation, EscalationInside, Health, Severity
from app.foundation.clock import now
from app.people.models import Customer, DemoMark, Person

PAGE = 50


class Row(NamedTuple):
    key: str
    title: str
    customer: str
    severity: Severity
    owner: str
    health: Health | None
    next_update_due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    demo_mark: str | None = None

    @property
    def is_demo(self) -> bool:
        return self.demo_mark is not None

    @property
    def url(self) -> str:
        return f"/escalations/{self.key}"

    @property
    def severity_label(self) -> str:
        return SEVERITY_LABELS[self.severity]

    @property
    def severity_colour(self) -> str:
        return {Severity.critical: "danger", Severity.high: "warn"}.get(self.severity, "")

    @property
    def is_late(self) -> bool:
        return self.closed_at is None and self.next_update_due_at is not None and self.next_update_due_at < now()


class Rows(NamedTuple):
    rows: list[Row]
    older: str  # the key to page on from; empty at the end


def list_rows(session: ViewerSession, *, is_open: bool, before: str = "") -> Rows:
    """Newest first, on from the escalation with the key `before`."""
    columns: list[Any] = [
        Escalation.key,
        Escalation.title,
        Customer.name,
        Escalation.severity,
        Person.name,
        EscalationInside.health,
        Escalation.next_update_due_at,
        Escalation.opened_at,
        Escalation.closed_at,
        DemoMark.record_id,
    ]
    query = (
        select(*columns)
        .select_from(Escalation)
        .join(Customer, col(Customer.id) == Escalation.customer_id)
        .join(Person, col(Person.id) == Escalation.owner_id)
        .outerjoin(EscalationInside, col(EscalationInside.escalation_id) == Escalation.id)
        .outerjoin(DemoMark, col(DemoMark.record_id) == Escalation.id)
        .where(col(Escalation.id).in_(_page(session, is_open=is_open, before=before)))
        .order_by(col(Escalation.opened_at).desc(), col(Escalation.key).desc())
    )
    found = [Row(*row) for row in session.execute(query)]
    return Rows(found[:PAGE], found[PAGE - 1].key if len(found) > PAGE else "")


def _page(session: ViewerSession, *, is_open: bool, before: str) -> list[str]:
    """Which ones, by an index alone: asked with all that is joined to them, PostgreSQL joins the whole house and sorts it."""
    opened, key = col(Escalation.opened_at), col(Escalation.key)
    query: Any = select(col(Escalation.id)).order_by(opened.desc(), key.desc()).limit(PAGE + 1)
    query = query.where(col(Escalation.closed_at).is_(None) if is_open else col(Escalation.closed_at).is_not(None))
    last = session.execute(select(opened, key).where(key == before)).first() if before else None
    if last:
        query = query.where(or_(opened < last[0], (opened == last[0]) & (key < last[1])))
    return [escalation_id for (escalation_id,) in session.rows(query)]
