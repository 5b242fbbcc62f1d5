"""The page where a recording is uploaded, and the plain form behind it for browsers without script."""

from datetime import datetime
from typing import Annotated, Any, NamedTuple

from fastapi import Query
from fastapi.responses import Response
from sqlmodel import col, select

from app.access.doors import StaffPages, requires
from app.access.permissions import Verb
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.foundation import storage
from app.foundation.beginnings import stored_with
from app.foundation.forms import Filled, Form, filled
from app.foundation.ids import new_id
from app.foundation.refusals import Refused, StorageFull
from app.meetings.models import Meeting
from app.recordings.arrival.adding import Media, add_recording, replace_media
from app.recordings.arrival.arriving import take_in_file
from app.recordings.arrival.details import (
    ABSENT,
    AGREED,
    CONSENT,
    DECLINED,
    EVERYBODY,
    details_from,
    people_asked,
)
from app.recordings.arrival.uploading import MOST_BYTES, open_uploads, stored_of
from app.recordings.finding import find_recording
from app.recordings.listening.pages import language_choices
from app.recordings.listening.reading import usual_language
from app.recordings.models import Recording, Upload
from app.recordings.storing import incoming_folder, media_key, storage_of, uploads_folder
from app.speech.languages import language_name
from app.speech.sniffing import UnusableMedia

staff = StaffPages(prefix="/escalations/{key}/recordings")
MAY_UPLOAD = [requires(Verb.upload_recording)]
MEETINGS = 40
ANSWERS = [("", "Not answered"), (AGREED, "Agreed"), (DECLINED, "Did not agree"), (ABSENT, "Was not there")]


class Anything(Form):
    """The fields differ with the people asked, so the verb reads what was typed."""


class Unfinished(NamedTuple):
    """An upload of theirs that can go on."""

    upload: Upload
    stored: int

    @property
    def percent(self) -> int:
        return 100 * self.stored // self.upload.size


@staff.get("/new")
def show_new_recording(here: CurrentHere, meeting: Annotated[str, Query(max_length=16)] = "") -> Response:
    return _form_page(here, None, meeting)


@staff.post("", dependencies=MAY_UPLOAD)
def create_recording(here: OpenHere, form: filled(Anything)) -> Response:  # type: ignore[valid-type]
    try:
        details = details_from(here.session, here.escalation, form.typed)
        recording = add_recording(here.session, here.escalation, details, _media(here, form))
    except Refused as refusal:
        return _form_page(here, form.refused(refusal), form.typed.get("meeting_id", ""))
    return here.go(f"/recordings/{recording.id}", "The recording is here. Its words follow.")


@staff.get("/{recording_id}/replacement")
def show_replacement(here: CurrentHere, recording_id: str) -> Response:
    return _replacement_page(here, find_recording(here.session, here.escalation, recording_id), None)


@staff.post("/{recording_id}/replacement", dependencies=MAY_UPLOAD)
def create_replacement(here: OpenHere, recording_id: str, form: filled(Anything)) -> Response:  # type: ignore[valid-type]
    recording = find_recording(here.session, here.escalation, recording_id)
    try:
        replace_media(here.session, recording, _media(here, form))
    except Refused as refusal:
        return _replacement_page(here, recording, form.refused(refusal))
    return here.go(f"/recordings/{recording.id}", "The file is replaced. Its words follow.")


def _media(here: Here, form: Filled[Any]) -> Media:
    settings = here.page.settings
    if not form.files:
        raise Refused("Choose the file.", "files")
    try:
        store, key = storage_of(settings), media_key(new_id())
        with stored_with(here.session, store, incoming_folder(settings), key):
            return take_in_file(store, uploads_folder(settings), form.files[0].file, key)
    except UnusableMedia as trouble:
        raise Refused(trouble.sentence, "files") from None
    except storage.StorageFull:
        raise StorageFull from None


def _form_page(here: Here, form: Filled[Any] | None, meeting_id: str) -> Response:
    return here.show(
        "recordings/new.html",
        422 if form else 200,
        form=form,
        people=people_asked(here.session, here.escalation),
        consent=CONSENT,
        answers=ANSWERS,
        everybody=EVERYBODY,
        meetings=_meetings(here),
        meeting_id=meeting_id,
        unfinished=_unfinished(here),
        most_bytes=MOST_BYTES,
        languages=language_choices(),
        usual=language_name(usual_language(here.session, here.escalation.id)),
    )


def _replacement_page(here: Here, recording: Recording, form: Filled[Any] | None) -> Response:
    return here.show(
        "recordings/replacement.html",
        422 if form else 200,
        form=form,
        recording=recording,
        unfinished=[one for one in _unfinished(here) if one.upload.replaces_id == recording.id],
        most_bytes=MOST_BYTES,
    )


def _unfinished(here: Here) -> list[Unfinished]:
    settings = here.page.settings
    return [Unfinished(upload, stored_of(settings, upload)) for upload in open_uploads(here.session, here.escalation)]


def _meetings(here: Here) -> list[tuple[str, str, datetime]]:
    query = select(Meeting.id, Meeting.title, Meeting.starts_at).where(Meeting.escalation_id == here.escalation.id)
    found = here.session.exec(query.order_by(col(Meeting.starts_at).desc()).limit(MEETINGS))
    return [(meeting_id, title, starts_at) for meeting_id, title, starts_at in found]
