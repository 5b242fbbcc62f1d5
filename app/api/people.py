"""People as programs are told of them."""

from collections.abc import Iterable

from pydantic import BaseModel, Field

from app.access.session import ViewerSession
from app.people.models import Person, Side
from app.people.naming import people_of


class PersonOut(BaseModel):
    id: str
    name: str
    side: Side


class TitledOut(PersonOut):
    title: str = Field(examples=["Head of operations"])


class CustomerOut(BaseModel):
    id: str
    name: str


class TeamOut(BaseModel):
    id: str
    name: str


class Known:
    """The people that one answer names, looked up together."""

    def __init__(self, session: ViewerSession, ids: Iterable[str | None]) -> None:
        self._people = people_of(session, {one for one in ids if one})

    def person(self, person_id: str | None) -> PersonOut | None:
        found = self._people.get(person_id) if person_id else None
        return person_out(found) if found else None


def person_out(person: Person) -> PersonOut:
    return PersonOut(id=person.id, name=person.name, side=person.side)


def titled_out(person: Person) -> TitledOut:
    return TitledOut(id=person.id, name=person.name, side=person.side, title=person.title)
