"""A recording and its words as a program reads them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.api.people import Known, PersonOut
from app.api.reading import Given, left_out
from app.recordings.consents import consents_of
from app.recordings.models import Recording, RecordingState, TranscriptLine
from app.recordings.playback.pages import media_type_of
from app.recordings.standing import standing_of
from app.speech.fitting import MOST_TERMS
from app.speech.languages import LANGUAGES

CODES: dict[str, Any] = {"enum": ["", *LANGUAGES]}
MOST_SENT = 2 * MOST_TERMS  # those that are the same but for capitals count once


class ConsentOut(BaseModel):
    id: str
    name: str
    given: bool
    how: str


class RecordingOut(BaseModel):
    id: str
    title: str
    meeting_id: str | None
    recorded_at: datetime
    duration_seconds: float
    size: int
    media_type: str
    audience: Audience
    state: RecordingState
    progress: int = Field(description="Percent of the speech that is written down.")
    language: str
    uploaded_by: PersonOut | None


class WholeRecordingOut(RecordingOut):
    reason: str = Field(description="Why its words are not there, in one sentence.")
    consents: list[ConsentOut]


class LineOut(BaseModel):
    """One passage; times are seconds on the player's clock."""

    id: str
    number: int
    start: float
    end: float
    text: str
    is_missing: bool
    is_edited: bool
    heard_as: str = Field(description="What was heard, where somebody corrected it.")


class CorrectLine(Given):
    text: str = Field(min_length=1, max_length=4000)


class HearAgain(Given):
    """Without a language it is the one that is usual there, else it is found out."""

    language: str = Field(default="", max_length=8, json_schema_extra=CODES)


class ListeningOut(BaseModel):
    """Words and names to expect, and the language that is spoken; empty where it is found out."""

    terms: list[str]
    language: str


class ListeningHereOut(ListeningOut):
    usual_language: str = Field(description="The one of here, else the one of the workspace.")
    expected: list[str] = Field(description="All that is listened for here: also the workspace's words, and the names.")


class ChangeListening(Given):
    """What is left out stays as it is."""

    terms: list[Annotated[str, Field(max_length=200)]] = left_out(max_length=MOST_SENT)
    language: str = left_out(max_length=8, json_schema_extra=CODES)


def recordings_out(session: ViewerSession, recordings: list[Recording]) -> list[RecordingOut]:
    known = Known(session, [one.uploaded_by_id for one in recordings])
    return [_out(known, one) for one in recordings]


def whole_recording_out(session: ViewerSession, recording: Recording) -> WholeRecordingOut:
    session.flush()
    short = recordings_out(session, [recording])[0]
    standing = standing_of(session, recording)
    consents = [
        ConsentOut(id=one.id, name=one.person_name, given=one.given, how=one.how)
        for one in consents_of(session, recording)
    ]
    return WholeRecordingOut(
        **short.model_dump() | {"state": standing.state}, reason=standing.reason, consents=consents
    )


def line_out(one: TranscriptLine) -> LineOut:
    return LineOut(
        id=one.id,
        number=one.number,
        start=one.start,
        end=one.end,
        text=one.text,
        is_missing=one.is_missing,
        is_edited=one.is_edited,
        heard_as=one.original_text,
    )


def _out(known: Known, one: Recording) -> RecordingOut:
    return RecordingOut(
        id=one.id,
        title=one.title,
        meeting_id=one.meeting_id,
        recorded_at=one.recorded_at,
        duration_seconds=one.duration_seconds,
        size=one.size,
        media_type=media_type_of(one),
        audience=one.audience,
        state=one.state,
        progress=one.progress,
        language=one.language,
        uploaded_by=known.person(one.uploaded_by_id),
    )
