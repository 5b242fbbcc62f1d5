"""Changing one's own name, zone, theme and password."""

from app.access.session import ViewerSession
from app.foundation.clock import is_zone
from app.foundation.refusals import NotAllowed, Refused
from app.people.models import Account, Password, Person
from app.sign_in import passwords, sessions


def change_profile(session: ViewerSession, *, name: str, title: str, zone: str, shortcuts: bool) -> None:
    if not is_zone(zone):
        raise Refused("Choose a time zone from the list.", "time_zone")
    person, account = _me(session)
    person.name, person.title, person.time_zone, account.shortcuts = name, title, zone, shortcuts
    session.add_all([person, account])


def change_theme(session: ViewerSession, person_id: str, theme: str) -> None:
    account = session.get_one(Account, person_id)
    account.theme = theme
    session.add(account)


def change_shortcuts(session: ViewerSession, shortcuts: bool) -> None:
    _, account = _me(session)
    account.shortcuts = shortcuts
    session.add(account)


def change_password(session: ViewerSession, current: str, new: str) -> None:
    """Every browser is signed out, also those of whoever may have learnt the old one."""
    person, _ = _me(session)
    if person.is_guest:
        raise NotAllowed("You sign in with a link to your mailbox; there is no password to change.")
    with session.seeing_everything():
        kept = session.get(Password, person.id)
        if not passwords.matches(current, kept.hash if kept else None):
            raise Refused("This is not your current password.", "current")
        passwords.set_password(session, person.id, new)
    sessions.end_all_of(session, person.id)


def _me(session: ViewerSession) -> tuple[Person, Account]:
    person_id = session.viewer.person_id
    return session.get_one(Person, person_id), session.get_one(Account, person_id)
