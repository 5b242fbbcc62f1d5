"""Opening an escalation, closing it, reopening it."""

from datetime import datetime, timedelta

from sqlmodel import select

from app.access.participation import Audience, Part, Participation
from app.access.session import ViewerSession
from app.escalations.facts import EscalationClosed, EscalationOpened, EscalationReopened
from app.escalations.models import CustomerState, Escalation, EscalationInside, Severity, Stage
from app.foundation.clock import now
from app.foundation.ids import draw_key
from app.foundation.refusals import Refused
from app.people.models import Customer, Person, Side
from app.timeline.recording import record

UPDATE_WITHIN = {
    Severity.critical: timedelta(hours=4),
    Severity.high: timedelta(hours=24),
    Severity.medium: timedelta(days=3),
    Severity.low: timedelta(days=7),
}


def open_escalation(
    session: ViewerSession,
    customer: Customer,
    *,
    title: str,
    severity: Severity,
    owner: Person,
    team_id: str | None = None,
    next_update_due_at: datetime | None = None,
    key: str = "",
    id: str = "",
) -> Escalation:
    """A next update is due from the first moment: silence is read as the worst."""
    escalation = Escalation(
        key=key or _free_key(session, customer.mark),
        title=title,
        customer_id=customer.id,
        severity=severity,
        owner_id=owner.id,
        next_update_due_at=next_update_due_at or now() + UPDATE_WITHIN[severity],
    )
    if id:
        escalation.id = id
    session.add(escalation)
    session.flush()
    session.add(EscalationInside(escalation_id=escalation.id, team_id=team_id))
    session.add(
        Participation(
            escalation_id=escalation.id, person_id=owner.id, side=Side.staff, part=Part.owner, audience=Audience.shared
        )
    )
    if session.viewer.person_id and session.viewer.person_id != owner.id:
        session.add(Participation(escalation_id=escalation.id, person_id=session.viewer.person_id, side=Side.staff))
    session.flush()
    record(session, escalation.id, EscalationOpened(severity=severity), escalation, Audience.shared)
    return escalation


def close(session: ViewerSession, escalation: Escalation) -> None:
    if not escalation.is_open:
        return
    escalation.closed_at = now()
    escalation.customer_state = CustomerState.resolved
    inside = session.get_one(EscalationInside, escalation.id)
    inside.stage = Stage.closed
    session.add_all([escalation, inside])
    record(session, escalation.id, EscalationClosed(), escalation, Audience.shared)


def reopen(session: ViewerSession, escalation: Escalation) -> None:
    """What was promised about the next update has passed; a new one is due from now."""
    if escalation.is_open:
        return
    escalation.closed_at = None
    escalation.customer_state = CustomerState.looking_into_it
    escalation.next_update_due_at = now() + UPDATE_WITHIN[escalation.severity]
    inside = session.get_one(EscalationInside, escalation.id)
    inside.stage = Stage.investigating
    session.add_all([escalation, inside])
    record(session, escalation.id, EscalationReopened(), escalation, Audience.shared)


def _free_key(session: ViewerSession, mark: str) -> str:
    with session.seeing_everything():
        for _ in range(50):
            key = draw_key(mark)
            if session.exec(select(Escalation.id).where(Escalation.key == key)).first() is None:
                return key
    raise Refused("No free key could be drawn for this customer. Try again.")
