"""People's names, looked up many at a time."""

import re
import unicodedata
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from app.foundation.ids import new_id
from app.people.models import Person


def names_of(session: Session, ids: set[str]) -> dict[str, str]:
    """Names of those this session may know of; the others are absent."""
    if not ids:
        return {}
    rows = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(ids)))
    return dict(rows.all())


def people_of(session: Session, ids: set[str]) -> dict[str, Person]:
    if not ids:
        return {}
    return {person.id: person for person in session.exec(_people(), params={"ids": list(ids)})}


@cache
def _people() -> Any:
    return select(Person).where(col(Person.id).in_(bindparam("ids", expanding=True)))


def handle_for(session: Session, name: str, customer_id: str | None = None) -> str:
    """How somebody is mentioned: ada.byron, and with a few letters more when their own side has one already. A number
    would tell a guest how many of that name there are elsewhere; other customers' people are not looked at at all."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", ".", plain).strip(".")[:50] or "person"
    same_side = col(Person.customer_id) == customer_id
    taken = set(session.exec(select(Person.handle).where(col(Person.handle).startswith(stem), same_side)))
    handle = stem
    while handle in taken:
        handle = f"{stem}.{new_id()[:3]}"
    return handle
