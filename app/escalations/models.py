"""An escalation: what both sides read of it, and what only our side does."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.access.policy import SeenBy
from app.foundation.clock import now
from app.foundation.database import choice, index_where, long_text, moment, row_id


class Severity(StrEnum):
    critical = "critical"
    high = "high"
    medium = "medium"
    low = "low"


class CustomerState(StrEnum):
    """Where it stands, in the customer's words. Each has its sentence in WHAT_HAPPENS_NEXT."""

    received = "received"
    looking_into_it = "looking_into_it"
    cause_found = "cause_found"
    fix_in_test = "fix_in_test"
    available_to_you = "available_to_you"
    watching = "watching"
    resolved = "resolved"


class Stage(StrEnum):
    """Where it stands for us."""

    triage = "triage"
    investigating = "investigating"
    waiting_for_customer = "waiting_for_customer"
    waiting_for_partner = "waiting_for_partner"
    fixing = "fixing"
    verifying = "verifying"
    monitoring = "monitoring"
    closed = "closed"


class Health(StrEnum):
    steady = "steady"
    at_risk = "at_risk"
    critical = "critical"


UPDATE_IS_SOON = 25  # percent that is left of the time between two updates
SEVERITY_LABELS = {
    Severity.critical: "1, critical",
    Severity.high: "2, high",
    Severity.medium: "3, medium",
    Severity.low: "4, low",
}
SEVERITY_MEANS = {
    Severity.critical: "Production is down or data is wrong, and there is no way around it.",
    Severity.high: "A main function fails for many people; a way around is painful.",
    Severity.medium: "Something important is impaired; there is a way around.",
    Severity.low: "A nuisance, a question or a wish with weight behind it.",
}
CUSTOMER_STATE_LABELS = {
    CustomerState.received: "Received",
    CustomerState.looking_into_it: "We are looking into it",
    CustomerState.cause_found: "The cause is found",
    CustomerState.fix_in_test: "The fix is in test",
    CustomerState.available_to_you: "Available to you",
    CustomerState.watching: "In place, we are watching it",
    CustomerState.resolved: "Resolved",
}
WHAT_HAPPENS_NEXT = {
    CustomerState.received: "We have it, and one person answers for it. They come back to you with first findings.",
    CustomerState.looking_into_it: "We rule causes out one by one and tell you what we find.",
    CustomerState.cause_found: "We know what happens and are preparing the remedy.",
    CustomerState.fix_in_test: "The remedy is being tried before it reaches you.",
    CustomerState.available_to_you: "You can use it now. Tell us whether it holds for you.",
    CustomerState.watching: "It is in place with you and we are watching it with you.",
    CustomerState.resolved: "Nothing more is open. You can always come back to what was written here.",
}


def percent_left(due_at: datetime | None, since: datetime, moment: datetime) -> float:
    """How much of the time between the last update and the next is left."""
    if due_at is None:
        return 0
    whole = (due_at - since).total_seconds()
    return max(0, min(100, 100 * (due_at - moment).total_seconds() / whole)) if whole > 0 else 0


def update_state(due_at: datetime | None, since: datetime, moment: datetime) -> str:
    """Late, soon or plain: the same wherever the next update is named."""
    if due_at is not None and due_at < moment:
        return "late"
    is_soon = due_at is not None and percent_left(due_at, since, moment) <= UPDATE_IS_SOON
    return "soon" if is_soon else "plain"


class Escalation(SQLModel, table=True):
    """What both sides read. Everything only our side may know is in `EscalationInside`."""

    __table_args__ = (
        index_where("closed_at is null", "ix_escalation_open", "opened_at", "key"),
        Index("ix_escalation_opened", "opened_at", "key"),
    )
    seen_by: ClassVar[SeenBy] = SeenBy.both_sides
    id: str = row_id()
    key: str = Field(max_length=16, unique=True)
    title: str = Field(max_length=200)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    severity: Severity = choice(Severity)
    customer_state: CustomerState = choice(CustomerState, default=CustomerState.received)
    doing_now: str = long_text(default="")  # what is being done now, in words for the customer
    owner_id: str = Field(foreign_key="person.id", index=True)
    advocate_id: str | None = Field(default=None, foreign_key="person.id")
    next_update_due_at: datetime | None = Field(default=None, index=True)
    last_update_at: datetime | None = None
    opened_at: datetime = moment()
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def url(self) -> str:
        return f"/escalations/{self.key}"

    @property
    def is_update_late(self) -> bool:
        return self.is_open and self.next_update_due_at is not None and self.next_update_due_at < now()

    @property
    def update_percent_left(self) -> float:
        return percent_left(self.next_update_due_at, self.last_update_at or self.opened_at, now())

    @property
    def update_state(self) -> str:
        """Late, soon or plain."""
        return update_state(self.next_update_due_at, self.last_update_at or self.opened_at, now())

    @property
    def severity_colour(self) -> str:
        return {Severity.critical: "danger", Severity.high: "warn"}.get(self.severity, "")

    @property
    def severity_label(self) -> str:
        return SEVERITY_LABELS[self.severity]

    @property
    def customer_state_label(self) -> str:
        return CUSTOMER_STATE_LABELS[self.customer_state]

    @property
    def what_happens_next(self) -> str:
        return WHAT_HAPPENS_NEXT[self.customer_state]


class EscalationInside(SQLModel, table=True):
    """What only our side knows of an escalation."""

    __tablename__ = "escalation_inside"
    seen_by: ClassVar[SeenBy] = SeenBy.staff_inside
    escalation_id: str = Field(foreign_key="escalation.id", primary_key=True)
    stage: Stage = choice(Stage, default=Stage.triage)
    health: Health = choice(Health, default=Health.steady)
    team_id: str | None = Field(default=None, foreign_key="team.id")
    remarks: str = long_text(default="")
    overdue_noted_for: datetime | None = None  # the due moment whose passing was already recorded


class Mute(SQLModel, table=True):
    """A person who wants no mail from one escalation. The inbox still shows it."""

    seen_by: ClassVar[SeenBy] = SeenBy.oneself
    escalation_id: str = Field(foreign_key="escalation.id", primary_key=True)
    person_id: str = Field(foreign_key="person.id", primary_key=True)
    muted_at: datetime = moment()
