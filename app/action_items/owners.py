"""Who can be asked: colleagues who see the escalation, and the customer's people who take part in it."""

from dataclasses import dataclass, field

from sqlmodel import col, select

from app.access.participation import Participation
from app.access.policy import colleague_who_sees
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.people.models import Account, Person, Side


@dataclass(frozen=True)
class Owners:
    """The choices of one form, (id, name) each."""

    colleagues: list[tuple[str, str]] = field(default_factory=list)
    guests: list[tuple[str, str]] = field(default_factory=list)

    def __contains__(self, person_id: str) -> bool:
        return any(person_id == known for known, _ in (*self.colleagues, *self.guests))

    def is_guest(self, person_id: str | None) -> bool:
        return any(person_id == known for known, _ in self.guests)


def owners_for(session: ViewerSession, escalation: Escalation) -> Owners:
    """A guest chooses among the people they can see here; a colleague among all who may see this, present or not."""
    here = session.exec(
        select(Person.id, Person.name, Person.side)
        .join(Participation, col(Participation.person_id) == Person.id)
        .where(Participation.escalation_id == escalation.id, col(Participation.ended_at).is_(None))
        .order_by(Person.name)
    ).all()
    gone = _deactivated(session, {person_id for person_id, _, _ in here})
    guests = [(person_id, name) for person_id, name, side in here if side is Side.guest and person_id not in gone]
    if session.viewer.is_guest:
        colleagues = [(id_, name) for id_, name, side in here if side is Side.staff and id_ not in gone]
    else:
        colleagues = _colleagues(session, escalation)
    return Owners(colleagues, guests)


def _colleagues(session: ViewerSession, escalation: Escalation) -> list[tuple[str, str]]:
    query = select(Person.id, Person.name).join(Account, col(Account.person_id) == Person.id)
    query = query.where(colleague_who_sees(escalation.id)).order_by(Person.name)
    return [(person_id, name) for person_id, name in session.exec(query)]


def _deactivated(session: ViewerSession, ids: set[str]) -> set[str]:
    with session.seeing_everything():  # a guest's session sees nobody's account; here only whether it still lives
        query = select(Account.person_id).where(
            col(Account.person_id).in_(ids), col(Account.deactivated_at).is_not(None)
        )
        return set(session.exec(query))
