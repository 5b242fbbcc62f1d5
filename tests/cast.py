"""The cast and their world: two of everything, so that mix-ups show. Every test meets the same few people.

Staff: Ada (escalation manager), Ben (engineer in the outage), Eli (executive), Sue (engineer, elsewhere), Adm (administrator).
Guests: Gus and Gil of Acme (in the outage), Gwen of Acme (in the migration), Eve of Globex (the stranger).
"""

from dataclasses import dataclass
from datetime import timedelta

from app.access.participation import Audience, Part, Participation, Restriction
from app.access.recognising import viewer_of
from app.access.session import ViewerSession
from app.access.viewer import Viewer
from app.escalations.models import Escalation, Severity
from app.escalations.opening import open_escalation
from app.foundation.clock import now
from app.foundation.ids import derived_id
from app.people.models import Account, Customer, Person, Role, Side, Team, Workspace

SEED = "cast"
PASSWORD = "a calm long password"


@dataclass(frozen=True)
class Member:
    """Somebody of the cast: who they are, and the viewer they look as."""

    id: str
    email: str
    viewer: Viewer


STAFF = [
    ("ada", "Ada Byron", Role.manager),
    ("ben", "Ben Okafor", Role.member),
    ("eli", "Eli Stone", Role.member),
    ("sue", "Sue Park", Role.member),
    ("adm", "Adm Root", Role.administrator),
]
GUESTS = [
    ("gus", "Gus Meyer", "acme"),
    ("gil", "Gil Reyes", "acme"),
    ("gwen", "Gwen Holt", "acme"),
    ("eve", "Eve Stranger", "globex"),
]


def assemble(session: ViewerSession) -> dict[str, Member]:
    """Puts the cast and four escalations into an empty database. `session` is the system's."""
    session.add(Workspace(name="Tidewater"))
    session.add(Team(id=derived_id(SEED, "imports"), name="Billing import"))
    acme = Customer(id=derived_id(SEED, "acme"), name="Acme Logistics", mark="ACME", time_zone="Europe/London")
    globex = Customer(id=derived_id(SEED, "globex"), name="Globex", mark="GLOB", time_zone="America/New_York")
    session.add_all([acme, globex])
    session.flush()
    companies = {"acme": acme, "globex": globex}
    people = {nick: _colleague(session, nick, name, role) for nick, name, role in STAFF}
    people |= {nick: _guest(session, nick, name, companies[company]) for nick, name, company in GUESTS}
    session.viewer = people["ada"].viewer
    _escalation(session, "ACME-7K4", "Outage of the nightly import", acme, "ben", people, guests=["gus", "gil"])
    _escalation(session, "ACME-2M9", "Migration stalls", acme, "sue", people, guests=["gwen"])
    _escalation(session, "GLOB-5Q2", "Slow reports at Globex", globex, "sue", people, guests=["eve"])
    hidden = _escalation(session, "ACME-9XX", "Restricted matter", acme, "ada", people, guests=[])
    session.add(Restriction(escalation_id=hidden.id, restricted_by_id=people["ada"].id))
    session.commit()
    return people


def _colleague(session: ViewerSession, nick: str, name: str, role: Role) -> Member:
    person = Person(
        id=derived_id(SEED, nick),
        side=Side.staff,
        name=name,
        handle=name.lower().replace(" ", "."),
        time_zone="Europe/Berlin",
    )
    return _member(
        session, person, Account(person_id=person.id, email=f"{nick}@tidewater.example", realm="staff", role=role)
    )


def _guest(session: ViewerSession, nick: str, name: str, company: Customer) -> Member:
    person = Person(
        id=derived_id(SEED, nick),
        side=Side.guest,
        name=name,
        customer_id=company.id,
        handle=name.lower().replace(" ", "."),
        time_zone=company.time_zone,
    )
    email = f"{nick}@{company.mark.lower()}.example"
    return _member(session, person, Account(person_id=person.id, email=email, realm=company.id, role=Role.guest))


def _member(session: ViewerSession, person: Person, account: Account) -> Member:
    session.add(person)
    session.flush()
    session.add(account)
    session.flush()
    return Member(person.id, account.email, viewer_of(person, account))


def _escalation(
    session: ViewerSession,
    key: str,
    title: str,
    customer: Customer,
    owner: str,
    people: dict[str, Member],
    guests: list[str],
) -> Escalation:
    escalation = open_escalation(
        session,
        customer,
        title=title,
        severity=Severity.high,
        owner=session.get_one(Person, people[owner].id),
        next_update_due_at=now() + timedelta(hours=3),
        key=key,
        id=derived_id(SEED, key),
    )
    for nick in guests:
        session.add(
            Participation(
                escalation_id=escalation.id,
                person_id=people[nick].id,
                side=Side.guest,
                part=Part.contact,
                audience=Audience.shared,
            )
        )
    session.flush()
    return escalation
