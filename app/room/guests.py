"""The customer's people in an escalation, as the overview names them."""

from dataclasses import dataclass

from sqlmodel import col, select

from app.access.participation import Audience, Participation
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.people.models import Person, Side

MOST = 12


@dataclass(frozen=True)
class Guest:
    name: str
    title: str


def guests_in(session: ViewerSession, escalation: Escalation) -> list[Guest]:
    rows = session.exec(
        select(Person.name, Person.title)
        .join(Participation, col(Participation.person_id) == Person.id)
        .where(
            Participation.escalation_id == escalation.id,
            Participation.side == Side.guest,
            Participation.audience == Audience.shared,
            col(Participation.ended_at).is_(None),
        )
        .order_by(Person.name)
        .limit(MOST)
    )
    return [Guest(name, title) for name, title in rows]
