"""The timeline as a page shows it: sentences with names, newest first, by key."""

from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from sqlalchemy import bindparam
from sqlmodel import col, select

from app.access.session import ViewerSession
from app.people.models import Person
from app.people.naming import people_of
from app.timeline.describing import Described, describe
from app.timeline.facts import KINDS
from app.timeline.models import TimelineEntry

PAGE = 50
SOMEONE = "Somebody"
SOMETHING = Described("something no longer here", "")


class Sentence(NamedTuple):
    entry: TimelineEntry
    html: Markup
    text: str
    url: str
    occurred_at: datetime
    actor: str = "Evenkeel"
    actor_is_guest: bool = False


def latest(session: ViewerSession, escalation_id: str, before: str = "", count: int = PAGE) -> list[TimelineEntry]:
    """Newest first, on from the entry with the id `before`: its number is nobody's to know but ours."""
    query = _of_escalation()
    if last := session.get(TimelineEntry, before) if before else None:
        query = query.where(TimelineEntry.number < last.number)
    return list(session.exec(query, params={"escalation_id": escalation_id, "count": count}))


def tail(session: ViewerSession, escalation_id: str, count: int) -> list[Sentence]:
    """The newest as sentences, read together with who did what."""
    given = {"escalation_id": escalation_id, "count": count}
    rows = session.execute(_with_actors(), given).all()
    return sentences(session, [entry for entry, _ in rows], {actor.id: actor for _, actor in rows if actor})


@cache
def _with_actors() -> Any:
    return _of_escalation().add_columns(Person).outerjoin(Person, col(Person.id) == TimelineEntry.actor_id)


@cache
def _of_escalation() -> Any:
    query = select(TimelineEntry).where(TimelineEntry.escalation_id == bindparam("escalation_id"))
    if passing := sorted(kind for kind, fact in KINDS.items() if fact.in_passing):
        query = query.where(col(TimelineEntry.kind).not_in(passing))
    return query.order_by(col(TimelineEntry.number).desc()).limit(bindparam("count"))


def about(session: ViewerSession, subject_id: str, count: int = PAGE) -> list[TimelineEntry]:
    """The history of one record."""
    query = select(TimelineEntry).where(TimelineEntry.subject_id == subject_id)
    return list(session.exec(query.order_by(col(TimelineEntry.number).desc()).limit(count)))


def sentences(
    session: ViewerSession,
    entries: list[TimelineEntry],
    actors: dict[str, Person] | None = None,
    you: str | None = None,
) -> list[Sentence]:
    """Three queries at most per kind of subject, whatever the number of entries. `actors` are known already. Whoever
    something is told to, by the id `you`, is not spoken of by name."""
    told = [_told(entry.kind, entry.details) for entry in entries]
    people = {entry.actor_id for entry in entries} | {person for one in told for person in one.people}
    known = actors or {}
    known |= people_of(session, {person for person in people if person and person not in known})
    names = {person_id: person.name for person_id, person in known.items()}
    subjects = describe(session, [(entry.subject_kind, entry.subject_id) for entry in entries])
    guests = {person_id for person_id, person in known.items() if person.is_guest}
    called = {**names, you: "you"} if you else names
    return [_sentence(entry, one, names, called, subjects, guests) for entry, one in zip(entries, told, strict=True)]


class _Told(NamedTuple):
    """What a fact says, and which of its words are people."""

    sentence: str
    words: tuple[tuple[str, object], ...]
    people: tuple[str, ...]


@lru_cache(maxsize=2048)
def _told(kind: str, details: str) -> _Told:
    words = tuple(KINDS[kind].model_validate_json(details).model_dump().items())
    people = tuple(str(value) for name, value in words if name.endswith("person_id") and value)
    return _Told(KINDS[kind].sentence, words, people)


def _sentence(
    entry: TimelineEntry,
    told: _Told,
    names: dict[str, str],
    called: dict[str, str],
    subjects: dict[tuple[str, str], Described],
    guests: set[str],
) -> Sentence:
    subject = subjects.get((entry.subject_kind, entry.subject_id), SOMETHING)
    actor = names.get(entry.actor_id, SOMEONE) if entry.actor_id else "Evenkeel"
    named = tuple((person, called.get(person, SOMEONE.lower())) for person in told.people)
    html, text = _worded(told, actor, subject, named)
    return Sentence(entry, html, text, subject.url, entry.occurred_at, actor, entry.actor_id in guests)


@lru_cache(maxsize=2048)
def _worded(told: _Told, actor: str, subject: Described, named: tuple[tuple[str, str], ...]) -> tuple[Markup, str]:
    """The sentence as HTML and as text. The same words come again with each look at a timeline, so they are kept."""
    names = dict(named)
    words = {name: _word(name, value, names) for name, value in told.words}
    text = told.sentence.format(actor=actor, subject=f"“{subject.title}”", **words)
    linked = Markup("“{}”").format(
        Markup('<a class="plain" href="{}">{}</a>').format(subject.url, subject.title)
        if subject.url
        else escape(subject.title)
    )
    html = Markup(escape(told.sentence)).format(  # noqa: S704  every value is escaped here
        actor=Markup("<b>{}</b>").format(actor), subject=linked, **{name: escape(word) for name, word in words.items()}
    )
    return html, text


def _word(name: str, value: object, names: dict[str, str]) -> str:
    if value is None:
        return "nobody"
    if name.endswith("person_id"):
        return names[str(value)]  # an id is not a name: whom one may not know is somebody
    return str(value).replace("_", " ")
