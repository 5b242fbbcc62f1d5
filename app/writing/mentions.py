"""Addressing people with @handle: who can be addressed in a text, and who was."""

from typing import Any, NamedTuple

from sqlmodel import SQLModel, col, or_, select

from app.access.participation import Audience, takes_part
from app.access.policy import colleague_who_sees
from app.access.session import ViewerSession
from app.people.models import Account, Person, Side
from app.timeline.recording import record
from app.writing.facts import PersonMentioned
from app.writing.markdown import handles_in
from app.writing.models import Mention

MOST_SUGGESTED = 8
MOST_MENTIONED = 50  # in one text


class Mentionable(NamedTuple):
    """Somebody who may read the text, as its writer knows them."""

    person_id: str
    handle: str
    name: str
    is_guest: bool


def mentionable(
    session: ViewerSession, escalation_id: str, audience: Audience, like: str = "", count: int = MOST_SUGGESTED
) -> list[Mentionable]:
    """Those who may see such a text here and whom the writer knows, whose name or handle has `like` in it."""
    query = _readers(session, escalation_id, audience)
    if like:
        words = like.lower()
        query = query.where(
            or_(
                col(Person.handle).icontains(words, autoescape=True), col(Person.name).icontains(words, autoescape=True)
            )
        )
    return _people(session, query.order_by(Person.name, Person.id).limit(count))


def mention(session: ViewerSession, escalation_id: str, row: SQLModel, text: str, audience: Audience) -> list[str]:
    """Notes everybody the text addresses anew. Who may not see it is not told, and the text stays as it is."""
    handles = handles_in(text)
    if not handles:
        return []
    query = _readers(session, escalation_id, audience).where(col(Person.handle).in_(handles)).limit(MOST_MENTIONED)
    row_id = str(row.id)  # type: ignore[attr-defined]
    known = set(session.exec(select(Mention.person_id).where(Mention.subject_id == row_id)))
    new = [person.person_id for person in _people(session, query)]
    new = [person_id for person_id in new if person_id not in known and person_id != session.viewer.person_id]
    for person_id in new:
        session.add(
            Mention(
                escalation_id=escalation_id,
                subject_kind=str(row.__tablename__),
                subject_id=row_id,
                person_id=person_id,
                audience=audience,
            )
        )
        record(session, escalation_id, PersonMentioned(person_id=person_id), row, audience)
    return new


def forget_mentions(session: ViewerSession, row: SQLModel) -> None:
    for found in session.exec(select(Mention).where(Mention.subject_id == row.id)):  # type: ignore[attr-defined]
        session.delete(found)


def _readers(session: ViewerSession, escalation_id: str, audience: Audience) -> Any:
    query = select(Person.id, Person.handle, Person.name, Person.side)
    if session.viewer.is_guest:
        return query.where(
            takes_part(escalation_id)
        )  # their session knows the places that were shown to them, and no others
    query = query.join(Account, col(Account.person_id) == Person.id).where(col(Account.deactivated_at).is_(None))
    colleague = colleague_who_sees(escalation_id)
    if audience is Audience.shared:
        return query.where(or_(colleague, (col(Person.side) == Side.guest) & takes_part(escalation_id)))
    return query.where(colleague)


def _people(session: ViewerSession, query: Any) -> list[Mentionable]:
    return [Mentionable(person, handle, name, side is Side.guest) for person, handle, name, side in session.exec(query)]
