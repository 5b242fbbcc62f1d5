"""Putting right what was misheard. The time stays, and so does what was heard."""

from sqlmodel import select

from app.access.session import ViewerSession
from app.foundation.refusals import NotFound, Refused
from app.recordings.facts import LineCorrected
from app.recordings.models import Recording, TranscriptLine
from app.timeline.recording import record


def find_line(session: ViewerSession, recording: Recording, line_id: str) -> TranscriptLine:
    found = session.exec(
        select(TranscriptLine).where(
            TranscriptLine.id == line_id,
            TranscriptLine.recording_id == recording.id,
            TranscriptLine.escalation_id == recording.escalation_id,
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def correct_line(session: ViewerSession, line: TranscriptLine, text: str) -> None:
    text = " ".join(text.split())
    if not text:
        raise Refused("A line cannot be empty. Write what was said.", "text")
    if text == line.text:
        return
    line.original_text = "" if text == line.original_text else line.original_text or line.text or "…"
    line.text, line.is_missing = text, False
    session.add(line)
    record(session, line.escalation_id, LineCorrected(), line, line.audience, readers=line.reader_group_id)
