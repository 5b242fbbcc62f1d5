"""The words of a recording: the part of its page that grows while they come, files to take away, and corrections."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import PlainTextResponse, Response
from pydantic import Field

from app.access.doors import SharedPages, StaffPages, requires
from app.access.permissions import Verb
from app.escalations.doors import CurrentHere, OpenHere
from app.foundation.forms import Form, filled
from app.foundation.refusals import Refused
from app.recordings.finding import find_recording
from app.recordings.naming import line_url
from app.recordings.playback.pages import file_name
from app.recordings.standing import standing_of
from app.recordings.transcript.correcting import correct_line, find_line
from app.recordings.transcript.exporting import as_captions, as_text
from app.recordings.transcript.reading import LONGEST_SEARCH, transcript_of

staff = StaffPages(prefix="/escalations/{key}/recordings/{recording_id}")
shared = SharedPages(prefix="/escalations/{key}/recordings/{recording_id}")

LONGEST_LINE = 4000
Search = Annotated[str, Query(max_length=LONGEST_SEARCH)]
Moment = Annotated[float | None, Query(ge=0, le=1e6, allow_inf_nan=False)]


class Correction(Form):
    text: str = Field(min_length=1, max_length=LONGEST_LINE)


@shared.get("/transcript")
def show_transcript(here: CurrentHere, recording_id: str, q: Search = "", t: Moment = None) -> Response:
    """The part of the page that looks again every few seconds while the words are coming."""
    recording = find_recording(here.session, here.escalation, recording_id)
    transcript = transcript_of(here.session, recording, q)
    return here.show(
        "recordings/_transcript.html",
        recording=recording,
        standing=standing_of(here.session, recording),
        transcript=transcript,
        current=transcript.at(t),
        t=t,
    )


@shared.get("/transcript.txt")
def show_text(here: CurrentHere, recording_id: str) -> Response:
    recording = find_recording(here.session, here.escalation, recording_id)
    text = as_text(recording.title, transcript_of(here.session, recording))
    headers = {"content-disposition": f"attachment; {file_name(recording.title, 'txt')}"}
    return PlainTextResponse(text, headers=headers)


@shared.get("/transcript.vtt")
def show_captions(here: CurrentHere, recording_id: str) -> Response:
    recording = find_recording(here.session, here.escalation, recording_id)
    captions = as_captions(transcript_of(here.session, recording))
    headers = {"content-disposition": f"inline; {file_name(recording.title, 'vtt')}"}
    return PlainTextResponse(captions, headers=headers, media_type="text/vtt")


@staff.get("/lines/{line_id}")
def show_line(here: CurrentHere, recording_id: str, line_id: str) -> Response:
    recording = find_recording(here.session, here.escalation, recording_id)
    line = find_line(here.session, recording, line_id)
    return here.show("recordings/line.html", recording=recording, line=line, form=None)


@staff.post("/lines/{line_id}", dependencies=[requires(Verb.correct_transcript)])
def update_line(here: OpenHere, recording_id: str, line_id: str, form: filled(Correction)) -> Response:  # type: ignore[valid-type]
    recording = find_recording(here.session, here.escalation, recording_id)
    line = find_line(here.session, recording, line_id)
    try:
        if form.ok:
            correct_line(here.session, line, form.value.text)
    except Refused as refusal:
        form = form.refused(refusal)
    if not form.ok:
        return here.show("recordings/line.html", 422, recording=recording, line=line, form=form)
    return here.page.go(line_url(here.escalation.key, recording.id, line.id, line.start), "Corrected")
