"""Putting somebody's name and title right. Everything they wrote and do is shown under the new name from then on."""

from sqlmodel import col, select

from app.access.participation import Audience, Participation
from app.access.session import ViewerSession
from app.escalations.facts import NameCorrected
from app.foundation.refusals import NotAllowed, NotFound
from app.people.models import Account, Person, Role
from app.timeline.recording import record


def find_person(session: ViewerSession, person_id: str) -> Person:
    """A guest's name is any colleague's to correct; a colleague's is a manager's, and theirs an administrator's."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    if not person.is_guest and not session.viewer.is_administrator:
        account = session.get(Account, person_id)
        if not session.viewer.is_manager or account is None or account.role is not Role.member:
            raise NotAllowed("Ask an administrator, or the person themselves: they change it in their profile.")
    return person


def correct_name(session: ViewerSession, person: Person, *, name: str, title: str) -> None:
    """Noted wherever they take part. Guests who know them find the new name without being told who put it right."""
    if (name, title) == (person.name, person.title):
        return
    person.name, person.title = name, title
    session.add(person)
    session.flush()
    places = session.exec(
        select(Participation).where(Participation.person_id == person.id, col(Participation.ended_at).is_(None))
    ).all()
    for place in places:
        known = place.audience is Audience.shared
        record(session, place.escalation_id, NameCorrected(person_id=person.id), person, refreshes_guests=known)
