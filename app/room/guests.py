"""The customer's people in an escalation, as the overview names them."""

from dataclasses import dataclass

from sqlmodel import col, select

from app.access.participation import Participation, guest_of
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.people.models import Person

MOST = 12


@dataclass(frozen=True)
class Guest:
    name: str
    title: str


def guests_in(session: ViewerSession, escalation: Escalation) -> list[Guest]:
    rows = session.exec(
        select(Person.name, Person.title)
        .join(Participation, col(Participation.person_id) == Person.id)
        .where(guest_of(escalation.id))
        .order_by(Person.name)
        .limit(MOST)
    )
    return [Guest(name, title) for name, title in rows]
