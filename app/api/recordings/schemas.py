"""A recording and its words as a program reads them."""

from datetime import datetime

from pydantic import BaseModel, Field

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.api.people import Known, PersonOut
from app.api.reading import Given
from app.recordings.consents import consents_of
from app.recordings.models import Recording, RecordingState, TranscriptLine
from app.recordings.playback.pages import media_type_of
from app.recordings.standing import standing_of


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


class CorrectLine(Given):
    text: str = Field(min_length=1, max_length=4000)


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
