"""What stands above each page of an escalation: its vitals and its tabs."""

from dataclasses import dataclass

from sqlmodel import func, select

from app.access.participation import Audience, Participation
from app.access.session import ViewerSession
from app.access.viewer import Viewer
from app.escalations.models import Escalation, EscalationInside
from app.people.models import Customer, Person, Side, Team

STAFF_TABS = [
    ("Overview", ""),
    ("Concerns", "/concerns"),
    ("Meetings", "/meetings"),
    ("Discussion", "/discussion"),
    ("Actions", "/actions"),
    ("Recordings", "/recordings"),
    ("Timeline", "/timeline"),
    ("People", "/people"),
]
GUEST_TABS = [
    ("Home", ""),
    ("Concerns", "/concerns"),
    ("Discussion", "/discussion"),
    ("Meetings", "/meetings"),
    ("Actions", "/actions"),
    ("Recordings", "/recordings"),
    ("People", "/people"),
]


@dataclass(frozen=True)
class Head:
    """`inside` and `team` are absent for guests: their session does not see those rows."""

    customer: Customer
    owner: Person
    advocate: Person | None
    inside: EscalationInside | None
    team: str
    guest_count: int

    @property
    def health(self) -> str:
        return self.inside.health if self.inside else "steady"

    @property
    def readers(self) -> str:
        """Who reads what is shared: "Acme Logistics · 4 people"."""
        return f"{self.customer.name} · {self.guest_count} {'person' if self.guest_count == 1 else 'people'}"


def head_of(session: ViewerSession, escalation: Escalation) -> Head:
    inside = session.exec(
        select(EscalationInside, Team.name)
        .outerjoin(Team, EscalationInside.team_id == Team.id)  # type: ignore[arg-type]
        .where(EscalationInside.escalation_id == escalation.id)
    ).first()
    return Head(
        customer=session.get_one(Customer, escalation.customer_id),
        owner=session.get_one(Person, escalation.owner_id),
        advocate=session.get(Person, escalation.advocate_id) if escalation.advocate_id else None,
        inside=inside[0] if inside else None,
        team=(inside[1] if inside else None) or "",
        guest_count=count_guests(session, escalation.id),
    )


def count_guests(session: ViewerSession, escalation_id: str) -> int:
    active = select(func.count()).where(
        Participation.escalation_id == escalation_id,
        Participation.side == Side.guest,
        Participation.audience == Audience.shared,
        Participation.ended_at.is_(None),  # type: ignore[union-attr]
    )
    return session.exec(active).one()


def tabs_for(viewer: Viewer, escalation: Escalation, path: str) -> list[tuple[str, str, bool]]:
    """(label, address, whether it is the one being read)"""
    tabs = GUEST_TABS if viewer.is_guest else STAFF_TABS
    return [(label, escalation.url + end, _is_current(escalation.url + end, path, end)) for label, end in tabs]


def _is_current(address: str, path: str, end: str) -> bool:
    return path == address or (bool(end) and path.startswith(f"{address}/"))
