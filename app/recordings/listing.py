"""Recordings as lists show them: on their page, in the room, and beside a meeting."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation.cursors import cursor_at, go_on
from app.recordings.models import Recording, RecordingState
from app.recordings.naming import recording_url

PAGE = 50
IN_PANEL = 5

STATE_WORDS = {
    RecordingState.uploaded: "Waits for its turn",
    RecordingState.preparing: "Being prepared",
    RecordingState.waiting_for_model: "Waits for the speech model",
    RecordingState.transcribing: "Being transcribed",
    RecordingState.ready: "",
    RecordingState.failed: "Not transcribed",
}


class Row(NamedTuple):
    """One recording in a list."""

    id: str
    title: str
    recorded_at: datetime
    duration_seconds: float
    state: RecordingState
    progress: int
    audience: Audience
    has_video: bool
    url: str

    @property
    def is_shared(self) -> bool:
        return self.audience is Audience.shared

    @property
    def words(self) -> str:
        percent = f", {self.progress} %" if self.state is RecordingState.transcribing else ""
        return STATE_WORDS[self.state] + percent


class Rows(NamedTuple):
    rows: list[Row]
    older: str


def list_recordings(session: ViewerSession, escalation: Escalation, before: str = "") -> Rows:
    found = _rows(session, escalation, Recording.escalation_id == escalation.id, before, PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Rows(found[:PAGE], cursor_at(last.recorded_at, last.id) if last else "")


def panel(session: ViewerSession, escalation: Escalation) -> list[Row]:
    """For the room: the latest few."""
    found = session.rows(_latest(), {"escalation_id": escalation.id})
    return [Row(*(*row, recording_url(escalation.key, row[0]))) for row in found]


@cache
def _latest() -> Any:
    query = _columns().where(Recording.escalation_id == bindparam("escalation_id"))
    return go_on(query, col(Recording.recorded_at), col(Recording.id), "").limit(IN_PANEL)


def _rows(session: ViewerSession, escalation: Escalation, which: Any, before: str, count: int) -> list[Row]:
    query = _columns().where(which, Recording.escalation_id == escalation.id)
    query = go_on(query, col(Recording.recorded_at), col(Recording.id), before).limit(count)
    found = session.rows(query)
    return [Row(*(*row, recording_url(escalation.key, row[0]))) for row in found]


@cache
def _columns() -> Any:
    columns: list[Any] = [
        Recording.id,
        Recording.title,
        Recording.recorded_at,
        Recording.duration_seconds,
        Recording.state,
        Recording.progress,
        Recording.audience,
        Recording.has_video,
    ]
    return select(*columns)
