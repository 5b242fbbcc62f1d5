"""What recordings and their lines are called and where they are, for timeline, inbox, mail, search and links."""

from typing import Any

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.recordings.models import Recording, TranscriptLine
from app.timeline.describing import Described, describes

LINE_TITLE = 120


@describes("recording")
def describe_recordings(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    rows = session.exec(
        select(Recording.id, Recording.title, Escalation.key)
        .join(Escalation, col(Escalation.id) == Recording.escalation_id)
        .where(col(Recording.id).in_(ids))
    )
    return {recording_id: Described(title, recording_url(key, recording_id)) for recording_id, title, key in rows}


@describes("transcript_line")
def describe_lines(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    columns: list[Any] = [
        TranscriptLine.id,
        TranscriptLine.text,
        TranscriptLine.start,
        TranscriptLine.recording_id,
        Escalation.key,
    ]
    rows = session.execute(
        select(*columns)
        .join(Escalation, col(Escalation.id) == TranscriptLine.escalation_id)
        .where(col(TranscriptLine.id).in_(ids))
    )
    return {
        line_id: Described(_short(text), line_url(key, recording_id, line_id, start))
        for line_id, text, start, recording_id, key in rows
    }


def recording_url(key: str, recording_id: str) -> str:
    return f"/escalations/{key}/recordings/{recording_id}"


def line_url(key: str, recording_id: str, line_id: str, start: float) -> str:
    return f"{recording_url(key, recording_id)}?t={round(start, 1):g}#line-{line_id}"


def _short(text: str) -> str:
    return text if len(text) <= LINE_TITLE else text[: LINE_TITLE - 1].rstrip() + "…"
