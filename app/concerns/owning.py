"""Who answers for a concern: one of our people, known to the customer by name once the concern is shared."""

from sqlmodel import col, select

from app.access.policy import colleague_who_sees
from app.access.session import ViewerSession
from app.concerns.facts import ConcernOwnerNamed
from app.concerns.models import Concern
from app.escalations.models import Escalation
from app.escalations.participants.joining import make_known
from app.foundation.refusals import Refused
from app.people.models import Account, Person
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
    query = select(Person.id, Person.name).join(Account, col(Account.person_id) == Person.id)
    query = query.where(colleague_who_sees(escalation.id)).order_by(Person.name)
    return [(person_id, name) for person_id, name in session.exec(query)]
