"""From a person's rows to the viewer they are."""

from typing import Any

from app.access.session import ViewerSession
from app.access.viewer import Viewer
from app.people.models import Account, Person


def viewer_of(person: Person | Any, account: Account | Any, sign_in_hash: str = "") -> Viewer:
    """Of the rows themselves, or of one with the columns of both."""
    return Viewer(
        person_id=person.id,
        role=account.role,
        name=person.name,
        zone=person.time_zone,
        theme=account.theme,
        customer_id=person.customer_id,
        sign_in_hash=sign_in_hash,
        shortcuts=account.shortcuts,
    )


def viewer_for(session: ViewerSession, person_id: str) -> Viewer | None:
    """The viewer that the worker acts as, when it does something on a person's behalf; None once they are gone."""
    person, account = session.get(Person, person_id), session.get(Account, person_id)
    return viewer_of(person, account) if person and account and account.is_active else None
