"""Who can be asked: colleagues who see the escalation, and the customer's people who take part in it."""

from dataclasses import dataclass, field

from sqlmodel import col, or_, select

from app.access.participation import Audience, Participation, Restriction
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.people.models import Account, Person, Role, Side


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


def make_known(session: ViewerSession, escalation: Escalation, person_id: str) -> None:
    """Whoever owns a shared action is known to the customer by name."""
    with session.seeing_everything():
        met = session.exec(
            select(Participation.audience).where(
                Participation.escalation_id == escalation.id, Participation.person_id == person_id
            )
        ).first()
    if met is Audience.shared:
        return
    place = session.get(Participation, (escalation.id, person_id)) or Participation(
        escalation_id=escalation.id, person_id=person_id, side=Side.staff
    )
    place.audience = Audience.shared
    session.add(place)


def _colleagues(session: ViewerSession, escalation: Escalation) -> list[tuple[str, str]]:
    query = (
        select(Person.id, Person.name)
        .join(Account, col(Account.person_id) == Person.id)
        .where(Person.side == Side.staff, col(Account.deactivated_at).is_(None))
        .order_by(Person.name)
    )
    if session.exec(select(Restriction.escalation_id).where(Restriction.escalation_id == escalation.id)).first():
        members = select(Participation.person_id).where(
            Participation.escalation_id == escalation.id, col(Participation.ended_at).is_(None)
        )
        sees_all = col(Account.role).in_([Role.manager, Role.administrator])
        query = query.where(or_(sees_all, col(Person.id).in_(members)))
    return [(person_id, name) for person_id, name in session.exec(query)]


def _deactivated(session: ViewerSession, ids: set[str]) -> set[str]:
    with session.seeing_everything():  # a guest's session sees nobody's account; here only whether it still lives
        query = select(Account.person_id).where(
            col(Account.person_id).in_(ids), col(Account.deactivated_at).is_not(None)
        )
        return set(session.exec(query))
