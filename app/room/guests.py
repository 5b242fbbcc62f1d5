"""The customer's people in an escalation, as the overview names them."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlmodel import col, select

from app.access.participation import Participation, guest_of
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.people.models import Person

MOST = 12


class Guest(NamedTuple):
    name: str
    title: str


def guests_in(session: ViewerSession, escalation: Escalation) -> list[Guest]:
    rows = session.rows(_guests(), {"escalation_id": escalation.id})
    return [Guest(name, title) for name, title in rows]


@cache
def _guests() -> Any:
    return (
        select(Person.name, Person.title)
        .join(Participation, col(Participation.person_id) == Person.id)
        .where(guest_of(bindparam("escalation_id")))
        .order_by(Person.name)
        .limit(MOST)
    )
