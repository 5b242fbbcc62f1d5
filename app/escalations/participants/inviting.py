"""Letting the customer's people in, and out again."""

import re
from typing import NamedTuple

from sqlalchemy import delete
from sqlmodel import col, select

from app.access import allowance
from app.access.participation import Audience, Part, Participation, Reader
from app.access.session import ViewerSession
from app.escalations.facts import GuestInvited, GuestRevoked
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.refusals import NotFound, Refused
from app.outbox.models import Letter, LetterState
from app.people.models import Customer, LinkPurpose, Person, Side
from app.sign_in.joining import guest_of, mailbox
from app.sign_in.links import end_links_into, send_link
from app.timeline.recording import record

AT_ONCE = 20


class Invitee(NamedTuple):
    name: str
    email: str


def read_invitees(text: str, field: str = "invitees") -> list[Invitee]:
    """One person per line, as "Mark Ellison, mark@acme.example" or "Mark Ellison <mark@acme.example>"."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise Refused("Write at least one person: name, then e-mail address.", field)
    if len(lines) > AT_ONCE:
        raise Refused(f"Invite at most {AT_ONCE} people at once.", field)
    return list({invitee.email: invitee for invitee in _read_lines(lines, field)}.values())


def invite(session: ViewerSession, secret: bytes, escalation: Escalation, invitee: Invitee) -> Person:
    """The person takes part from now on and sees all that is shared; the letter carries their way in."""
    _spend(session, secret)
    customer = session.get_one(Customer, escalation.customer_id)
    guest = guest_of(session, customer, name=invitee.name, email=invitee.email)
    place = session.get(Participation, (escalation.id, guest.id))
    if place and place.is_active:
        raise Refused(f"{guest.name} is in already. Send the invitation again below.", "invitees")
    if place is None:
        place = Participation(escalation_id=escalation.id, person_id=guest.id, side=Side.guest, part=Part.contact)
    place.audience, place.ended_at, place.invited_by_id = Audience.shared, None, session.viewer.person_id
    session.add(place)
    session.flush()
    record(session, escalation.id, GuestInvited(person_id=guest.id), guest, Audience.shared)
    _write_invitation(session, secret, escalation, guest.id)
    return guest


def invite_again(session: ViewerSession, secret: bytes, escalation: Escalation, person_id: str) -> Person:
    """A fresh link; the one sent before is dead."""
    _spend(session, secret)
    guest = guest_in(session, escalation, person_id)
    _write_invitation(session, secret, escalation, guest.id)
    return guest


def revoke(session: ViewerSession, escalation: Escalation, person_id: str) -> Person:
    """From this commit on they see nothing of it, and what lies in their mailbox opens nothing."""
    guest = guest_in(session, escalation, person_id)
    place = session.get_one(Participation, (escalation.id, guest.id))
    place.ended_at = now()
    session.add(place)
    session.flush()
    of_theirs = (col(Reader.escalation_id) == escalation.id, col(Reader.person_id) == guest.id)
    session.execute(delete(Reader).where(*of_theirs))
    with session.seeing_everything():  # they may still take part where we cannot look
        end_links_into(session, guest.id, escalation.id)
    record(session, escalation.id, GuestRevoked(person_id=guest.id), guest, Audience.shared)
    return guest


def unsent_invitations(session: ViewerSession, escalation: Escalation) -> dict[str, str]:
    """The newest invitation of each guest that has not left: person to letter."""
    guests = select(Participation.person_id).where(
        Participation.escalation_id == escalation.id, Participation.side == Side.guest
    )
    letters = session.exec(
        select(Letter)
        .where(Letter.kind == LinkPurpose.invitation.value, Letter.state != LetterState.sent)
        .where(col(Letter.recipient_id).in_(guests))
        .order_by(col(Letter.created_at))
    )
    return {
        letter.recipient_id: letter.id for letter in letters if letter.details.get("escalation_id") == escalation.id
    }


def _write_invitation(session: ViewerSession, secret: bytes, escalation: Escalation, person_id: str) -> None:
    send_link(
        session,
        secret,
        person_id,
        LinkPurpose.invitation,
        escalation_id=escalation.id,
        next_path=escalation.url,
        about={"escalation_id": escalation.id, "invited_by_id": session.viewer.person_id or ""},
    )


def guest_in(session: ViewerSession, escalation: Escalation, person_id: str) -> Person:
    place = session.get(Participation, (escalation.id, person_id))
    if place is None or not place.is_active or place.side is not Side.guest:
        raise NotFound
    return session.get_one(Person, person_id)


def _read_lines(lines: list[str], field: str) -> list[Invitee]:
    """All lines that are wrong are named at once."""
    read, wrong = [], []
    for number, line in enumerate(lines, 1):
        try:
            read.append(_read_line(line, field))
        except Refused as refusal:
            wrong.append(f"Line {number}, “{line[:80]}”: {refusal}" if len(lines) > 1 else f"“{line[:80]}”: {refusal}")
    if wrong:
        raise Refused(" ".join([*wrong, *(["Nobody was invited yet."] if len(lines) > 1 else [])]), field)
    return read


def _read_line(line: str, field: str) -> Invitee:
    found = re.search(r"[^\s<>,;()]+@[^\s<>,;()]+", line)
    if not found:
        raise Refused("an e-mail address is missing. Write name, then address.", field)
    try:
        email = mailbox(found.group(), field)
    except Refused:
        raise Refused(f"{found.group()} is no whole address, such as name@example.com.", field) from None
    name = re.sub(r"[<>,;()\"\s]+", " ", line.replace(found.group(), " ")).strip()
    return Invitee((name or _name_in(email))[:120], email)


def _name_in(email: str) -> str:
    """mark.ellison@acme.example is most likely Mark Ellison; whoever is called otherwise is corrected later."""
    words = re.split(r"[._+-]+", email.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word) or email


def _spend(session: ViewerSession, secret: bytes) -> None:
    with session.seeing_everything():
        allowance.spend_or_refuse(session, secret, allowance.INVITATIONS, session.viewer.person_id or "")
