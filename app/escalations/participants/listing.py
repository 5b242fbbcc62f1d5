"""Who takes part: those this viewer may know of, each with what they are in it."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, select

from app.access.participation import Part, Participation
from app.access.session import ViewerSession
from app.escalations.models import Escalation, Mute
from app.people.models import Account, Person, Side, SignIn

PART_LABELS = {
    Part.owner: "Owner",
    Part.lead: "Lead",
    Part.engineer: "Engineer",
    Part.product: "Product",
    Part.advocate: "Advocate",
    Part.sponsor: "Sponsor",
    Part.contact: "Contact",
    Part.follower: "Follows",
}


class Participant(NamedTuple):
    """`email` is empty where the viewer may not know it."""

    person_id: str
    name: str
    title: str
    side: Side
    part: Part
    is_known_to_customer: bool
    joined_at: datetime
    email: str
    has_been_here: bool = False

    @property
    def is_guest(self) -> bool:
        return self.side is Side.guest

    @property
    def part_label(self) -> str:
        return PART_LABELS[self.part]


def participants(session: ViewerSession, escalation: Escalation) -> list[Participant]:
    """Everybody active, the owner first, then by name."""
    rows = session.exec(
        select(Person, Participation, Account)
        .join(Participation, col(Participation.person_id) == Person.id)
        .outerjoin(Account, col(Account.person_id) == Person.id)
        .where(Participation.escalation_id == escalation.id, col(Participation.ended_at).is_(None))
        .order_by(Person.name)
    ).all()
    known = _have_signed_in(session, [person.id for person, _, _ in rows if person.is_guest])
    found = [
        Participant(
            person_id=person.id,
            name=person.name,
            title=person.title,
            side=person.side,
            part=place.part,
            is_known_to_customer=place.audience == "shared",
            joined_at=place.joined_at,
            email=account.email if account else "",
            has_been_here=person.id in known,
        )
        for person, place, account in rows
    ]
    return sorted(found, key=lambda one: one.part is not Part.owner)


def is_muted(session: ViewerSession, escalation: Escalation) -> bool:
    return session.get(Mute, (escalation.id, session.viewer.person_id)) is not None


def _have_signed_in(session: ViewerSession, person_ids: list[str]) -> set[str]:
    """Whether an invited guest has ever come in: our people see the answer, never the sign-ins."""
    if not session.viewer.is_staff or not person_ids:
        return set()
    with session.seeing_everything():
        return set(session.exec(select(SignIn.person_id).where(col(SignIn.person_id).in_(person_ids)).distinct()))
