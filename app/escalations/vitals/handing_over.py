"""Who answers for an escalation, and who speaks for its customer inside."""

from sqlmodel import col, select

from app.access.participation import Audience, Part, Participation
from app.access.session import ViewerSession
from app.escalations.facts import AdvocateNamed, OwnerChanged
from app.escalations.models import Escalation
from app.foundation.refusals import Refused
from app.people.models import Account, Person, Side
from app.timeline.recording import record


def hand_over(session: ViewerSession, escalation: Escalation, owner_id: str) -> None:
    """The new owner is introduced to the customer; the one before stays in it, as somebody who worked on it."""
    if owner_id == escalation.owner_id:
        return
    owner = active_colleague(session, owner_id, "owner_id")
    before = session.get(Participation, (escalation.id, escalation.owner_id))
    if before:
        before.part = Part.engineer
        session.add(before)
    fact = OwnerChanged(before_person_id=escalation.owner_id, person_id=owner.id)
    take_place(session, escalation, owner, Part.owner, Audience.shared)
    escalation.owner_id = owner.id
    session.add(escalation)
    record(session, escalation.id, fact, escalation, Audience.shared)


def name_advocate(session: ViewerSession, escalation: Escalation, advocate_id: str | None) -> None:
    if advocate_id == escalation.advocate_id:
        return
    if advocate_id:
        advocate = active_colleague(session, advocate_id, "advocate_id")
        take_place(session, escalation, advocate, Part.advocate, Audience.internal)
    escalation.advocate_id = advocate_id
    session.add(escalation)
    record(session, escalation.id, AdvocateNamed(person_id=advocate_id), escalation)


def take_place(session: ViewerSession, escalation: Escalation, person: Person, part: Part, audience: Audience) -> None:
    """Puts a colleague into the escalation, or gives them another part. The owner stays the owner, and whoever the
    customer knows stays known."""
    place = session.get(Participation, (escalation.id, person.id))
    if place is None:
        place = Participation(escalation_id=escalation.id, person_id=person.id, side=Side.staff)
    place.ended_at = None
    if place.part is not Part.owner or person.id != escalation.owner_id:
        place.part = part
    if audience is Audience.shared:
        place.audience = Audience.shared
    session.add(place)
    session.flush()


def active_colleague(session: ViewerSession, person_id: str, field: str) -> Person:
    found = session.exec(
        select(Person, Account.deactivated_at)
        .join(Account, col(Account.person_id) == Person.id)
        .where(Person.id == person_id, Person.side == Side.staff)
    ).first()
    if found is None:
        raise Refused("Choose one of our people.", field)
    person, deactivated_at = found
    if deactivated_at is not None:
        raise Refused(f"{person.name} no longer works here. Choose somebody else.", field)
    return person
