"""Who answers for a concern: one of our people, known to the customer by name once the concern is shared."""

from sqlmodel import col, or_, select

from app.access.participation import Audience, Participation, Restriction
from app.access.session import ViewerSession
from app.concerns.facts import ConcernOwnerNamed
from app.concerns.models import Concern
from app.escalations.models import Escalation
from app.foundation.refusals import Refused
from app.people.models import Account, Person, Role, Side
from app.timeline.recording import record


def name_owner(session: ViewerSession, escalation: Escalation, concern: Concern, person_id: str) -> None:
    if person_id == concern.owner_id:
        return
    if person_id not in dict(possible_owners(session, escalation)):
        raise Refused("Choose a colleague who can see this escalation.", "owner_id")
    before, concern.owner_id = concern.owner_id, person_id
    session.add(concern)
    if concern.is_shared:
        make_known(session, escalation, person_id)
    fact = ConcernOwnerNamed(before_person_id=before, person_id=person_id)
    record(session, escalation.id, fact, concern, concern.audience)


def possible_owners(session: ViewerSession, escalation: Escalation) -> list[tuple[str, str]]:
    """Colleagues who see this escalation: in a restricted one its participants and managers."""
    query = (
        select(Person.id, Person.name)
        .join(Account, col(Account.person_id) == Person.id)
        .where(Person.side == Side.staff, col(Account.deactivated_at).is_(None))
        .order_by(Person.name)
    )
    if session.get(Restriction, escalation.id):
        members = select(Participation.person_id).where(
            Participation.escalation_id == escalation.id, col(Participation.ended_at).is_(None)
        )
        sees_all = col(Account.role).in_([Role.manager, Role.administrator])
        query = query.where(or_(sees_all, col(Person.id).in_(members)))
    return [(person_id, name) for person_id, name in session.exec(query)]


def make_known(session: ViewerSession, escalation: Escalation, person_id: str) -> None:
    """Whoever answers to the customer is known to the customer."""
    place = session.get(Participation, (escalation.id, person_id)) or Participation(
        escalation_id=escalation.id, person_id=person_id, side=Side.staff
    )
    place.audience = Audience.shared
    session.add(place)
