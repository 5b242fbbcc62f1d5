"""Two people who have one form open: what only the other changed is kept, and what both changed is asked about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlmodel import SQLModel, col, select

from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.forms import Filled
from app.foundation.refusals import NotFound
from app.people.naming import names_of
from app.timeline.facts import Fact
from app.timeline.models import TimelineEntry

Given = TypeVar("Given", bound=BaseModel)
SOMEBODY = "Somebody"


@dataclass(frozen=True)
class Standing:
    """What a form shows of a record, each field as the form takes it, and the facts that tell of a change to it."""

    record: SQLModel
    values: Mapping[str, Any]
    facts: tuple[type[Fact], ...]
    read_as: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)  # where it is not read as it is kept

    @property
    def was(self) -> str:
        """For the form to send back: when it was made, and a mark of each field. Whole texts would double the page."""
        return " ".join([now().isoformat(), *(f"{name}:{_mark(value)}" for name, value in self.values.items())])

    def reading(self, name: str) -> str:
        value = self.values[name]
        return self.read_as[name](value) if name in self.read_as else _words(value)


def keep_both(
    session: ViewerSession, form: Filled[Given], record: SQLModel, stands: Callable[[], Standing]
) -> Filled[Given]:
    """Asked before anything is changed. Comes back with mistakes, and then with the marks of what stands now, so that
    whoever saves again knows what they replace. A form that does not say what it was made of is taken as it is."""
    made_at, was = _made_of(form.typed.get("was", ""))
    if not form.ok or not was:
        return form
    _read_again(session, record)
    standing = stands()
    changed = {name: value for name, value in standing.values.items() if was.get(name, "") not in ("", _mark(value))}
    mine = {name: _mark(getattr(form.value, name)) for name in changed}
    left = {name: value for name, value in changed.items() if mine[name] == was[name]}
    both = [name for name in changed if mine[name] not in (was[name], _mark(changed[name]))]
    typed = {name: _as_typed(value) for name, value in left.items() if not isinstance(value, list)}
    merged = replace(form, typed={**form.typed, **typed}, given=form.value.model_copy(update=left))
    if not both:
        return merged
    by = _changed_by(session, standing, made_at)
    return replace(
        merged,
        typed={**merged.typed, "was": standing.was},
        mistakes={name: _sentence(by, standing.reading(name)) for name in both},
    )


def _read_again(session: ViewerSession, record: Any) -> None:
    """Once the other one has committed, who may be just about to; through the viewer's own limits, because what they do
    may be to withdraw it."""
    table: Any = type(record)
    query = select(table).where(table.id == record.id).with_for_update(key_share=True)
    if session.exec(query.execution_options(populate_existing=True)).first() is None:
        raise NotFound


def _sentence(by: str, reading: str) -> str:
    stands = f"“{reading}”" if reading else "nothing"
    return (
        f"{by} changed this while you were writing. What you wrote is kept: save again to replace what stands now: "
        f"{stands}."
    )


def _changed_by(session: ViewerSession, standing: Standing, since: datetime | None) -> str:
    """A name only where one alone can have been it, and the reader may know them."""
    if since is None:
        return SOMEBODY
    subject: Any = standing.record
    query = select(TimelineEntry.actor_id).where(
        TimelineEntry.subject_id == subject.id,
        col(TimelineEntry.kind).in_([fact.kind for fact in standing.facts]),
        col(TimelineEntry.occurred_at) >= since,
    )
    people = set(session.exec(query))
    if len(people) != 1:
        return SOMEBODY
    person = people.pop()
    if person and person == session.viewer.person_id:
        return "You yourself, on another page,"
    return names_of(session, {person}).get(person, SOMEBODY) if person else SOMEBODY


def _made_of(was: str) -> tuple[datetime | None, dict[str, str]]:
    made_at, *marks = was.split() or [""]
    pairs = (mark.partition(":") for mark in marks)
    try:
        read = datetime.fromisoformat(made_at)
        since = read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError):  # somebody wrote their own
        since = None
    return since, {name: mark for name, _, mark in pairs}


def _mark(value: Any) -> str:
    return sha256(_as_typed(value).encode()).hexdigest()[:16]


def _as_typed(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(sorted(value))
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def _words(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.day} {value:%b %Y, %H:%M}"
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    return _as_typed(value)
