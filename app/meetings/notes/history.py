"""How a note came to be: its versions, latest first, by number."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import col

from app.access.session import ViewerSession
from app.meetings.models import Note, NoteVersion
from app.people.models import Person

PAGE = 50


class VersionRow(NamedTuple):
    number: int
    saved_at: datetime
    saved_by: str
    has_conflict: bool
    restored_from: int | None


class VersionRows(NamedTuple):
    rows: list[VersionRow]
    older: int  # the number to page on from; 0 at the end


def versions_of(session: ViewerSession, note: Note, before: int = 0) -> VersionRows:
    columns: list[Any] = [
        NoteVersion.number,
        NoteVersion.saved_at,
        Person.name,
        NoteVersion.has_conflict,
        NoteVersion.restored_from,
    ]
    query = (
        select(*columns)
        .select_from(NoteVersion)
        .outerjoin(Person, col(Person.id) == NoteVersion.saved_by_id)
        .where(col(NoteVersion.note_id) == note.id)
    )
    if before:
        query = query.where(col(NoteVersion.number) < before)
    found = [
        VersionRow(number, at, name or "Somebody", conflict, restored)
        for number, at, name, conflict, restored in session.execute(
            query.order_by(col(NoteVersion.number).desc()).limit(PAGE + 1)
        )
    ]
    return VersionRows(found[:PAGE], found[PAGE - 1].number if len(found) > PAGE else 0)
