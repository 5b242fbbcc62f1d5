"""The notes of a meeting: one text, saving it, and how it came to be."""

from typing import Annotated

from fastapi import Path, Response
from sqlalchemy import select
from sqlmodel import col

from app.access.doors import requires
from app.access.permissions import Verb
from app.api.doors import ApiPages, acts
from app.api.meetings.schemas import NoteOut, SavedNoteOut, VersionOut, WriteNote, note_out
from app.api.paging import AskedPage, Listed, read_page
from app.api.people import Known
from app.api.reading import IfMatch, given, up_to_date
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.meetings.doors import CurrentMeeting, OpenMeeting
from app.meetings.models import Note, NoteVersion
from app.meetings.notes.saving import find_note, find_version, restore_version, save_note
from app.people.naming import names_of

pages = ApiPages(prefix="/escalations/{key}/meetings/{meeting_id}/notes/{note_id}", tags=["meetings"])
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@pages.get("")
def show_note(here: CurrentHere, meeting: CurrentMeeting, note_id: str, response: Response) -> NoteOut:
    """Its ETag is its version."""
    return _note(here, find_note(here.session, meeting, note_id), response)


@pages.put("", dependencies=[requires(Verb.write_notes)])
def update_note(
    here: OpenHere,
    meeting: OpenMeeting,
    note_id: str,
    read: IfMatch,
    response: Response,
    sent: given(WriteNote),  # type: ignore[valid-type]
) -> SavedNoteOut:
    """With `If-Match` it is saved only where nobody wrote meanwhile; without, both texts are merged."""
    note = find_note(here.session, meeting, note_id)
    up_to_date(read, _tag(note))
    saved = save_note(here.session, note, sent.text, sent.version)
    has_conflict = saved is not None and saved.has_conflict
    return SavedNoteOut(**_note(here, note, response).model_dump(), has_conflict=has_conflict)


@pages.get("/versions")
def list_versions(here: CurrentHere, meeting: CurrentMeeting, note_id: str, asked: AskedPage) -> Listed[VersionOut]:
    """The latest first."""
    note = find_note(here.session, meeting, note_id)
    query = select(NoteVersion).where(col(NoteVersion.note_id) == note.id)
    rows, after = read_page(here.session, query, col(NoteVersion.number), col(NoteVersion.note_id), int, asked)
    names = names_of(here.session, {one.saved_by_id for (one,) in rows if one.saved_by_id})
    items = [
        VersionOut(
            number=one.number,
            saved_at=one.saved_at,
            saved_by=names.get(one.saved_by_id or "", "Somebody"),
            has_conflict=one.has_conflict,
            restored_from=one.restored_from,
        )
        for (one,) in rows
    ]
    return asked.listed(items, after)


@pages.post("/versions/{number}/restoration", dependencies=acts(Verb.restore_note))
def create_version_restoration(
    here: OpenHere, meeting: OpenMeeting, note_id: str, number: Number, response: Response
) -> NoteOut:
    """An old text stands again, as a new version."""
    note = find_note(here.session, meeting, note_id)
    find_version(here.session, note, number)
    restore_version(here.session, note, number)
    return _note(here, note, response)


def _note(here: Here, note: Note, response: Response) -> NoteOut:
    response.headers["etag"] = _tag(note)
    return note_out(Known(here.session, [note.changed_by_id]), note)


def _tag(note: Note) -> str:
    return f'"{note.version}"'
