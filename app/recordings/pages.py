"""Recordings of an escalation: the list, the page where one is played and read, and who may hear it."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field

from app.access.doors import SharedPages, StaffPages, requires
from app.access.permissions import Verb
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import Refused
from app.people.naming import names_of
from app.recordings import naming  # noqa: F401  registers what recordings and their lines are called
from app.recordings.consents import consents_of, take_back
from app.recordings.deleting import delete_recording
from app.recordings.finding import find_recording, meeting_of
from app.recordings.hearing import jobs  # noqa: F401  registers what can be asked of the worker
from app.recordings.hearing.asking import ask_again, hear_again
from app.recordings.listening.pages import language_choices
from app.recordings.listening.reading import usual_language
from app.recordings.listing import list_recordings
from app.recordings.models import Recording
from app.recordings.playback.drawing import draw
from app.recordings.playback.pages import media_type_of
from app.recordings.sharing import readers_of, share, withdraw
from app.recordings.standing import standing_of
from app.recordings.transcript.pages import Moment, Search
from app.recordings.transcript.reading import transcript_of
from app.speech.languages import language_name

staff = StaffPages(prefix="/escalations/{key}/recordings")
shared = SharedPages(prefix="/escalations/{key}/recordings")

PRE_ROLL = 0.3  # a word begins before one notices


class HearingForm(Form):
    language: str = Field(default="", max_length=8)


@shared.get("")
def show_recordings(here: CurrentHere, before: Annotated[str, Query(max_length=60)] = "") -> Response:
    found = list_recordings(here.session, here.escalation, before)
    older = f"?before={found.older}" if found.older else ""
    return here.show("recordings/index.html", recordings=found.rows, older=older, before=before)


@shared.get("/{recording_id}")
def show_recording(here: CurrentHere, recording_id: str, t: Moment = None, q: Search = "") -> Response:
    recording = find_recording(here.session, here.escalation, recording_id)
    transcript = transcript_of(here.session, recording, q)
    by = recording.uploaded_by_id
    return here.show(
        "recordings/show.html",
        recording=recording,
        standing=standing_of(here.session, recording),
        transcript=transcript,
        current=transcript.at(t),
        t=t,
        begin_at=max(0.0, t - PRE_ROLL) if t is not None else 0.0,
        picture=draw(recording.waveform, recording.duration_seconds, [line.start for line in transcript.hit_lines]),
        media_type=media_type_of(recording),
        consents=consents_of(here.session, recording),
        meeting=meeting_of(here.session, here.escalation, recording.meeting_id),
        language=language_name(recording.language),
        uploaded_by=names_of(here.session, {by}).get(by, "") if by else "",
        hearers=len(readers_of(here.session, recording).names)
        if recording.is_shared and here.viewer.is_staff
        else None,
    )


@staff.get("/{recording_id}/sharing")
def show_sharing(here: CurrentHere, recording_id: str) -> Response:
    recording = find_recording(here.session, here.escalation, recording_id)
    if recording.is_shared:
        return here.go(f"/recordings/{recording.id}")
    return here.show(
        "recordings/sharing.html",
        recording=recording,
        readers=readers_of(here.session, recording),
        meeting=meeting_of(here.session, here.escalation, recording.meeting_id),
        taken_back=[one.person_name for one in consents_of(here.session, recording) if not one.given],
    )


@staff.post("/{recording_id}/sharing", dependencies=[requires(Verb.share_recording)])
def create_sharing(here: OpenHere, recording_id: str) -> Response:
    recording = find_recording(here.session, here.escalation, recording_id)
    share(here.session, recording)
    names = readers_of(here.session, recording).names
    said = f"Shared with {', '.join(names)}" if names else f"Shared with {here.head.customer.name}"
    return here.go(f"/recordings/{recording.id}", said, undo=f"{here.url}/recordings/{recording.id}/withdrawal")


@staff.post("/{recording_id}/withdrawal", dependencies=[requires(Verb.share_recording)])
def create_withdrawal(here: OpenHere, recording_id: str) -> Response:
    recording = find_recording(here.session, here.escalation, recording_id)
    withdraw(here.session, recording)
    return here.go(f"/recordings/{recording.id}", f"{here.head.customer.name} no longer sees this")


@staff.get("/{recording_id}/removal")
def show_removal(here: CurrentHere, recording_id: str) -> Response:
    recording = find_recording(here.session, here.escalation, recording_id)
    return here.show("recordings/removal.html", recording=recording)


@staff.post("/{recording_id}/removal", dependencies=[requires(Verb.delete_recording)])
def delete_recording_and_words(here: OpenHere, recording_id: str) -> Response:
    delete_recording(here.session, find_recording(here.session, here.escalation, recording_id))
    return here.go("/recordings", "The recording and its words are deleted")


@staff.post("/{recording_id}/transcription", dependencies=[requires(Verb.upload_recording)])
def create_transcription(here: OpenHere, recording_id: str) -> Response:
    recording = find_recording(here.session, here.escalation, recording_id)
    if standing_of(here.session, recording).can_be_retried:
        ask_again(here.session, recording)
    return here.go(f"/recordings/{recording.id}", "Tried again; the words appear here as they come")


@staff.get("/{recording_id}/hearing")
def show_hearing(here: CurrentHere, recording_id: str) -> Response:
    return _hearing_page(here, find_recording(here.session, here.escalation, recording_id), None)


@staff.post("/{recording_id}/hearing", dependencies=[requires(Verb.upload_recording)])
def create_hearing(here: OpenHere, recording_id: str, form: filled(HearingForm)) -> Response:  # type: ignore[valid-type]
    recording = find_recording(here.session, here.escalation, recording_id)
    try:
        if form.ok:
            hear_again(here.session, recording, form.value.language)
    except Refused as refusal:
        form = form.refused(refusal)
    if not form.ok:
        return _hearing_page(here, recording, form)
    return here.go(f"/recordings/{recording.id}", "It is heard again. New words replace the old ones as they come.")


@staff.post("/{recording_id}/consents/{consent_id}/withdrawal", dependencies=[requires(Verb.upload_recording)])
def create_consent_withdrawal(here: OpenHere, recording_id: str, consent_id: str) -> Response:
    recording = find_recording(here.session, here.escalation, recording_id)
    take_back(here.session, recording, consent_id)
    return here.go(f"/recordings/{recording.id}", "Noted that the consent was taken back")


def _hearing_page(here: Here, recording: Recording, form: Filled[HearingForm] | None) -> Response:
    return here.show(
        "recordings/hearing.html",
        422 if form else 200,
        form=form,
        recording=recording,
        heard_in=language_name(recording.language),
        languages=language_choices(),
        usual=language_name(usual_language(here.session, here.escalation.id)),
    )
