"""Who is asked to come, and the letters that carry the invitation."""

from typing import NamedTuple

from sqlmodel import col, select

from app.access.participation import Audience, Participation, Reader
from app.access.session import ViewerSession
from app.action_items.owners import Owners, owners_for
from app.escalations.models import Escalation
from app.escalations.participants.joining import make_known
from app.foundation.refusals import Refused
from app.meetings.models import Invitation, Meeting
from app.outbox.writing_letters import write_letter
from app.people.models import Person, Side


class Invited(NamedTuple):
    id: str
    name: str
    side: Side

    @property
    def is_guest(self) -> bool:
        return self.side is Side.guest


def possible_people(session: ViewerSession, escalation: Escalation) -> Owners:
    """The same people that can be asked to do something: who sees this escalation."""
    return owners_for(session, escalation)


def usual_people(session: ViewerSession, escalation: Escalation) -> set[str]:
    """Those who take part in the escalation: ticked until somebody unticks them."""
    rows = session.exec(
        select(Participation.person_id).where(
            Participation.escalation_id == escalation.id, col(Participation.ended_at).is_(None)
        )
    )
    return set(rows)


def invite(session: ViewerSession, escalation: Escalation, meeting: Meeting, people: set[str]) -> bool:
    """Exactly these people from now on; answers whether that is a change. A guest is also named a reader of what the
    meeting's recording will be, present or not."""
    allowed = possible_people(session, escalation)
    there = {row.person_id: row for row in _invitations(session, meeting)}
    if any(person not in allowed for person in people - there.keys()):
        raise Refused("Choose among the people listed.", "people")
    for person_id in people - there.keys():
        row = Invitation(
            meeting_id=meeting.id, person_id=person_id, escalation_id=escalation.id, audience=meeting.audience
        )
        session.add(row)
        if allowed.is_guest(person_id):
            session.add(Reader(group_id=meeting.id, person_id=person_id, escalation_id=escalation.id))
        elif meeting.is_shared:
            make_known(session, escalation, person_id)
    for person_id in there.keys() - people:
        session.delete(there[person_id])
        reader = session.get(Reader, (meeting.id, person_id))
        if reader is not None:
            session.delete(reader)
    session.flush()
    return people != there.keys()


def invited(session: ViewerSession, meeting: Meeting, *, shared_only: bool = False) -> list[Invited]:
    """Our people first. Who is not known to the viewer is not named."""
    query = (
        select(Person.id, Person.name, Person.side)
        .join(Invitation, col(Invitation.person_id) == Person.id)
        .where(Invitation.meeting_id == meeting.id)
        .order_by(col(Person.side).desc(), Person.name)
    )
    if shared_only:
        query = query.where(Invitation.audience == Audience.shared)
    return [Invited(person_id, name, Side(side)) for person_id, name, side in session.exec(query)]


def introduce_invited(session: ViewerSession, escalation: Escalation, meeting: Meeting) -> None:
    """Colleagues who come to a shared meeting are known to the customer by name."""
    for person in invited(session, meeting):
        if not person.is_guest:
            make_known(session, escalation, person.id)


def send_invitations(session: ViewerSession, meeting: Meeting) -> None:
    """To our people at once, to the customer's once the meeting is shared. Each state of it makes one letter a person."""
    for person in invited(session, meeting):
        if meeting.is_shared or not person.is_guest:
            sequence = str(meeting.sequence)
            about = {"escalation_id": meeting.escalation_id, "meeting_id": meeting.id, "sequence": sequence}
            key = f"meeting:{meeting.id}:{person.id}:{meeting.sequence}"
            write_letter(session, person.id, "meeting_invitation", key=key, about=about)


def _invitations(session: ViewerSession, meeting: Meeting) -> list[Invitation]:
    return list(session.exec(select(Invitation).where(Invitation.meeting_id == meeting.id)))
