"""Saving a note, from a page that saves by itself or by its button, and its history."""

from typing import Annotated

from fastapi import Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ConfigDict, Field

from app.access.doors import SharedPages, StaffPages, requires
from app.access.permissions import Verb
from app.escalations.doors import CurrentHere, OpenHere
from app.foundation.forms import Form, filled
from app.foundation.refusals import Refused
from app.foundation.rendering import iso
from app.meetings.agenda.finding import find_item
from app.meetings.doors import CurrentMeeting, OpenMeeting, meeting_page
from app.meetings.models import Note
from app.meetings.notes.history import versions_of
from app.meetings.notes.saving import find_note, find_version, restore_version, save_note
from app.timeline.describing import describe

AT = "/escalations/{key}/meetings/{meeting_id}/notes/{note_id}"
shared = SharedPages(prefix=AT)
staff = StaffPages(prefix=AT)  # guests read what stands now; what was written over is ours to bring back
WRITES = [requires(Verb.write_notes)]
CONFLICT = "Saved, but somebody changed the same lines. Both are kept between ⟪ ⟫; look them over."


VersionNumber = Annotated[int, Path(ge=0, le=2**31 - 1)]


class WriteNote(Form):
    """Spaces and line ends are somebody's, who may be about to type on: nothing is stripped."""

    model_config = ConfigDict(str_strip_whitespace=False, extra="ignore", frozen=True)
    text: str  # may be empty, and is not taken for empty when it did not come
    version: int = Field(ge=0, le=2**31 - 1)
    writer: str = Field(default="", max_length=40)


@shared.post("", dependencies=WRITES)
def update_note(
    request: Request,
    here: OpenHere,
    meeting: OpenMeeting,
    note_id: str,
    form: filled(WriteNote),  # type: ignore[valid-type]
) -> Response:
    note = find_note(here.session, meeting, note_id)
    saves_itself = request.headers.get("accept", "").startswith("application/json")
    try:
        if not form.ok:
            raise Refused("This page is out of date. Copy what you typed, and load it again.", "text")
        given = form.value
        saved = save_note(here.session, note, given.text, given.version, writer=given.writer)
    except Refused as refusal:
        if saves_itself:
            return JSONResponse({"error": refusal.sentence}, 422)
        return meeting_page(here, meeting, note_form=form.refused(refusal), form_for=note.id)
    has_conflict = saved is not None and saved.has_conflict
    if saves_itself:
        return _as_data(note, has_conflict)
    item = find_item(here.session, meeting, note.agenda_item_id)
    return here.go(f"/meetings/{meeting.id}#{item.anchor}", CONFLICT if has_conflict else "Notes saved.")


@staff.get("/history")
def show_history(
    here: CurrentHere,
    meeting: CurrentMeeting,
    note_id: str,
    version: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    before: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    note = find_note(here.session, meeting, note_id)
    return here.show(
        "meetings/history.html",
        meeting=meeting,
        note=note,
        described=describe(here.session, [("note", note.id)])[("note", note.id)],
        versions=versions_of(here.session, note, before),
        shown=find_version(here.session, note, version or note.version) if note.version else None,
    )


@staff.post("/versions/{number}/restoration", dependencies=[requires(Verb.restore_note)])
def create_version_restoration(here: OpenHere, meeting: OpenMeeting, note_id: str, number: VersionNumber) -> Response:
    note = find_note(here.session, meeting, note_id)
    restore_version(here.session, note, number)
    return here.go(f"/meetings/{meeting.id}/notes/{note.id}/history", f"Version {number} stands again.")


def _as_data(note: Note, has_conflict: bool) -> Response:
    saved_at = iso(note.changed_at) if note.changed_at else None
    return JSONResponse(
        {"version": note.version, "text": note.text, "conflict": has_conflict, "saved_at": saved_at},
        headers={"cache-control": "no-store"},
    )
