"""What stands above each page of an escalation: its vitals and its tabs."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.access.participation import Audience, Participation, Restriction
from app.access.session import ViewerSession
from app.access.viewer import Viewer
from app.escalations.models import Escalation, EscalationInside, Health, Stage
from app.people.models import Customer, DemoMark, Person, Side, Team

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


class Named(NamedTuple):
    """Somebody as the head names them."""

    id: str
    name: str


class TheCustomer(NamedTuple):
    id: str
    name: str
    time_zone: str


class Inside(NamedTuple):
    """What only our side reads."""

    stage: Stage
    health: Health
    team_id: str | None
    remarks: str


class Head(NamedTuple):
    """`inside` and `team` are absent for guests: their session does not see those rows."""

    customer: TheCustomer
    owner: Named
    advocate: Named | None
    inside: Inside | None
    team: str
    is_restricted: bool
    guest_count: int
    is_demo: bool = False

    @property
    def health(self) -> str:
        return self.inside.health if self.inside else "steady"

    @property
    def readers(self) -> str:
        """Who reads what is shared: "Acme Logistics · 4 people"."""
        return f"{self.customer.name} · {self.guest_count} {'person' if self.guest_count == 1 else 'people'}"


def head_of(session: ViewerSession, escalation: Escalation) -> Head:
    """One statement: it stands above every page."""
    given = {"id": escalation.id, "owner": escalation.owner_id, "advocate": escalation.advocate_id}
    row = session.rows(_head(), {**given, "customer": escalation.customer_id})[0]
    team, restricted, guest_count, demo = row[11:]
    return Head(
        TheCustomer(*row[:3]),
        Named(*row[3:5]) if row[3] else Named("", "Somebody"),  # whom a reader may not know has no name
        Named(*row[5:7]) if row[5] else None,
        Inside(*row[7:11]) if row[7] else None,
        team or "",
        restricted is not None,
        guest_count,
        demo is not None,
    )


@cache
def _head() -> Any:
    owner, advocate = aliased(Person), aliased(Person)
    guests = _active_guests().scalar_subquery()
    columns: list[Any] = [
        *(Customer.id, Customer.name, Customer.time_zone),
        *(owner.id, owner.name),
        *(advocate.id, advocate.name),
        *(EscalationInside.stage, EscalationInside.health, EscalationInside.team_id, EscalationInside.remarks),
        Team.name,
        Restriction.escalation_id,
        guests,
        DemoMark.record_id,
    ]
    return (
        select(*columns)
        .select_from(Customer)
        .outerjoin(owner, col(owner.id) == bindparam("owner"))
        .outerjoin(advocate, col(advocate.id) == bindparam("advocate"))
        .outerjoin(EscalationInside, col(EscalationInside.escalation_id) == bindparam("id"))
        .outerjoin(Team, col(Team.id) == EscalationInside.team_id)
        .outerjoin(Restriction, col(Restriction.escalation_id) == bindparam("id"))
        .outerjoin(DemoMark, col(DemoMark.record_id) == bindparam("id"))
        .where(col(Customer.id) == bindparam("customer"))
    )


def _active_guests() -> Select[int]:
    return select(func.count(col(Participation.person_id))).where(
        col(Participation.escalation_id) == bindparam("id"),
        col(Participation.side) == Side.guest,
        col(Participation.audience) == Audience.shared,
        col(Participation.ended_at).is_(None),
    )


def tabs_for(viewer: Viewer, escalation: Escalation, path: str) -> list[tuple[str, str, bool]]:
    """(label, address, whether it is the one being read)"""
    tabs = GUEST_TABS if viewer.is_guest else STAFF_TABS
    rows = [(label, escalation.url + end, _is_current(escalation.url + end, path, end)) for label, end in tabs]
    # Staff search from the rail and the header; guests have this row alone.
    return [*rows, ("Search", f"/search?in={escalation.key}", path == "/search")] if viewer.is_guest else rows


def _is_current(address: str, path: str, end: str) -> bool:
    return path == address or (bool(end) and path.startswith(f"{address}/"))
