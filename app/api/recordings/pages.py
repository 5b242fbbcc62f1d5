"""Recordings: the list, one with its words and its sound, sharing and deleting it."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy import select
from sqlmodel import col

from app.access.doors import requires
from app.access.permissions import Verb
from app.api.describing import refusals
from app.api.doors import ApiPages, acts
from app.api.paging import AskedPage, Listed, read_page
from app.api.reading import given
from app.api.recordings.schemas import (
    CorrectLine,
    HearAgain,
    LineOut,
    RecordingOut,
    WholeRecordingOut,
    line_out,
    recordings_out,
    whole_recording_out,
)
from app.escalations.doors import CurrentHere, OpenHere
from app.foundation.problems import Problem
from app.recordings.consents import take_back
from app.recordings.deleting import delete_recording
from app.recordings.finding import find_recording
from app.recordings.hearing.asking import ask_again, hear_again
from app.recordings.models import Recording, TranscriptLine
from app.recordings.playback.pages import show_media
from app.recordings.sharing import share, withdraw
from app.recordings.standing import standing_of
from app.recordings.transcript.correcting import correct_line, find_line

pages = ApiPages(prefix="/escalations/{key}/recordings", tags=["recordings"])
SHARES = [requires(Verb.share_recording)]
SOUND = {"content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}}}


def recording_from_path(recording_id: str, here: CurrentHere) -> Recording:
    return find_recording(here.session, here.escalation, recording_id)


def open_recording_from_path(recording_id: str, here: OpenHere) -> Recording:
    return find_recording(here.session, here.escalation, recording_id)


CurrentRecording = Annotated[Recording, Depends(recording_from_path)]
OpenRecording = Annotated[Recording, Depends(open_recording_from_path)]


@pages.get("")
def list_recordings(here: CurrentHere, asked: AskedPage) -> Listed[RecordingOut]:
    """The latest first. New ones come in through an upload."""
    query = select(Recording).where(col(Recording.escalation_id) == here.escalation.id)
    rows, after = read_page(here.session, query, col(Recording.recorded_at), col(Recording.id), datetime, asked)
    return asked.listed(recordings_out(here.session, [one for (one,) in rows]), after)


@pages.get("/{recording_id}")
def show_recording(here: CurrentHere, recording: CurrentRecording) -> WholeRecordingOut:
    return whole_recording_out(here.session, recording)


@pages.get("/{recording_id}/transcript")
def show_transcript(here: CurrentHere, recording: CurrentRecording, asked: AskedPage) -> Listed[LineOut]:
    """In the order they were said."""
    query = select(TranscriptLine).where(
        col(TranscriptLine.recording_id) == recording.id,
        col(TranscriptLine.escalation_id) == recording.escalation_id,
    )
    number, itself = col(TranscriptLine.number), col(TranscriptLine.id)
    rows, after = read_page(here.session, query, number, itself, int, asked, falling=False)
    return asked.listed([line_out(one) for (one,) in rows], after)


@pages.patch("/{recording_id}/transcript/{line_id}", dependencies=[requires(Verb.correct_transcript)])
def update_line(here: OpenHere, recording: OpenRecording, line_id: str, sent: given(CorrectLine)) -> LineOut:  # type: ignore[valid-type]
    """Puts right what was misheard; the time stays."""
    line = find_line(here.session, recording, line_id)
    correct_line(here.session, line, sent.text)
    return line_out(line)


@pages.get(
    "/{recording_id}/media",
    response_class=Response,
    responses={200: SOUND, 206: {"description": "A part", **SOUND}, **refusals(416)},
)
def show_sound(here: CurrentHere, recording: CurrentRecording, request: Request) -> Response:
    """The whole, or one range of bytes."""
    answer = show_media(here, recording.id, request)
    if answer.status_code == 416:
        headers = {"content-range": answer.headers["content-range"]}
        raise Problem(416, "This range lies outside the file.", headers=headers)
    return answer


@pages.delete("/{recording_id}", status_code=204, dependencies=[requires(Verb.delete_recording)])
def delete_one_recording(here: OpenHere, recording: OpenRecording) -> None:
    """With its words, for good."""
    delete_recording(here.session, recording)


@pages.post("/{recording_id}/sharing", dependencies=acts(Verb.share_recording))
def create_sharing(here: OpenHere, recording: OpenRecording) -> WholeRecordingOut:
    """From now on the guests of its meeting hear it; without a meeting all guests."""
    share(here.session, recording)
    return whole_recording_out(here.session, recording)


@pages.delete("/{recording_id}/sharing", dependencies=SHARES)
def delete_sharing(here: OpenHere, recording: OpenRecording) -> WholeRecordingOut:
    withdraw(here.session, recording)
    return whole_recording_out(here.session, recording)


@pages.post("/{recording_id}/transcription", dependencies=acts(Verb.upload_recording))
def create_transcription(here: OpenHere, recording: OpenRecording) -> WholeRecordingOut:
    """Tries again what failed."""
    if standing_of(here.session, recording).can_be_retried:
        ask_again(here.session, recording)
    return whole_recording_out(here.session, recording)


@pages.post("/{recording_id}/hearing", dependencies=acts(Verb.upload_recording))
def create_hearing(here: OpenHere, recording: OpenRecording, sent: given(HearAgain)) -> WholeRecordingOut:  # type: ignore[valid-type]
    """All of it anew, with the words to expect as they are now. Old lines stay until new ones are there; corrected ones,
    and those that somebody made something of, stay for good."""
    hear_again(here.session, recording, sent.language)
    return whole_recording_out(here.session, recording)


@pages.delete("/{recording_id}/consents/{consent_id}", status_code=204, dependencies=[requires(Verb.upload_recording)])
def delete_consent(here: OpenHere, recording: OpenRecording, consent_id: str) -> None:
    """Notes that somebody took their consent back."""
    take_back(here.session, recording, consent_id)
