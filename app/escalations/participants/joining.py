"""Colleagues join an escalation and leave it; everybody chooses whether its mail reaches them."""

from sqlmodel import select

from app.access.participation import Audience, Part, Participation
from app.access.session import ViewerSession
from app.escalations.facts import ColleagueJoined, ColleagueLeft
from app.escalations.models import Escalation, Mute
from app.escalations.vitals.handing_over import active_colleague, take_place
from app.foundation.clock import now
from app.foundation.refusals import NotFound, Refused
from app.people.models import Person, Side
from app.timeline.recording import record


def add_colleague(session: ViewerSession, escalation: Escalation, person_id: str, part: Part) -> None:
    """Internal until they first speak to the customer."""
    if part in (Part.owner, Part.contact):
        raise Refused("Hand the escalation over to change its owner.", "part")
    person = active_colleague(session, person_id, "person_id")
    if person.id == escalation.owner_id:
        raise Refused(f"{person.name} owns this escalation. Hand it over first.", "person_id")
    take_place(session, escalation, person, part, Audience.internal)
    record(session, escalation.id, ColleagueJoined(person_id=person.id, part=part), person)


def remove_colleague(session: ViewerSession, escalation: Escalation, person_id: str) -> None:
    place = session.get(Participation, (escalation.id, person_id))
    if place is None or not place.is_active or place.side is not Side.staff:
        raise NotFound
    if person_id == escalation.owner_id:
        raise Refused("The owner cannot be taken off. Hand the escalation over first.")
    place.ended_at = now()
    session.add(place)
    record(session, escalation.id, ColleagueLeft(person_id=person_id), session.get_one(Person, person_id))


def bring_back(session: ViewerSession, escalation: Escalation, person_id: str) -> None:
    """Taking somebody off is taken back: they are what they were."""
    place = session.get(Participation, (escalation.id, person_id))
    if place is None or place.is_active or place.side is not Side.staff:
        raise NotFound
    add_colleague(session, escalation, person_id, place.part)


def mute(session: ViewerSession, escalation: Escalation) -> None:
    person_id = session.viewer.person_id
    if person_id and session.get(Mute, (escalation.id, person_id)) is None:
        session.add(Mute(escalation_id=escalation.id, person_id=person_id))


def unmute(session: ViewerSession, escalation: Escalation) -> None:
    if kept := session.get(Mute, (escalation.id, session.viewer.person_id)):
        session.delete(kept)


def make_known(session: ViewerSession, escalation: Escalation, person_id: str) -> None:
    """Whoever answers to the customer is known to the customer by name."""
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
