"""Acting as one of the people of a furnished house."""

from sqlmodel import col, select

from app.access.recognising import viewer_of
from app.access.session import ViewerSession
from app.people.models import Account, Person


def become(session: ViewerSession, nick: str) -> None:
    person = person_called(session, nick)
    session.viewer = viewer_of(person, session.get_one(Account, person.id))


def person_called(session: ViewerSession, nick: str) -> Person:
    with session.seeing_everything():
        return session.exec(
            select(Person)
            .join(Account, col(Account.person_id) == Person.id)
            .where(col(Account.email).startswith(f"{nick}@"))
        ).one()
