"""Recordings for tests, brought in by the product's own verbs; only the words are written without listening."""

import base64
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from app.access.session import ViewerSession, as_system
from app.access.viewer import Viewer
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.meetings.models import Meeting
from app.recordings.arrival.adding import add_recording
from app.recordings.arrival.arriving import take_in_file
from app.recordings.arrival.details import Agreed, Details
from app.recordings.models import Recording, RecordingState, TranscriptLine
from app.recordings.storing import media_key, storage_of, uploads_folder

SOUNDS = Path(__file__).parents[1] / "recordings"
SPEAKS_TUS = {"tus-resumable": "1.0.0", "accept": "application/json"}


def bring(
    engine: Engine,
    by: Viewer,
    settings: Settings,
    escalation: Escalation,
    title: str,
    lines: list[str],
    meeting: Meeting | None = None,
) -> Recording:
    details = details_of(title, meeting)
    with (SOUNDS / "jfk.flac").open("rb") as file:
        media = take_in_file(storage_of(settings), uploads_folder(settings), file, media_key(new_id()))
    with ViewerSession(engine, by) as session:
        recording = add_recording(session, escalation, details, media)
        session.commit()
    if lines:
        write_words(engine, recording.id, lines)
    return recording


def details_of(title: str, meeting: Meeting | None) -> Details:
    return Details(
        title=title,
        recorded_at=now(),
        meeting_id=meeting.id if meeting else None,
        how="Asked aloud",
        agreed=(Agreed(name="Gus Meyer"), Agreed(name="Ben Okafor")),
    )


def write_words(engine: Engine, recording_id: str, lines: list[str]) -> None:
    with as_system(engine) as session:
        recording = session.get_one(Recording, recording_id)
        recording.state, recording.duration_seconds, recording.progress = RecordingState.ready, 11.0, 100
        recording.waveform = [10, 60, 100, 40]
        session.add(recording)
        for number, text in enumerate(lines):
            session.add(
                TranscriptLine(
                    escalation_id=recording.escalation_id,
                    recording_id=recording.id,
                    audience=recording.audience,
                    reader_group_id=recording.reader_group_id,
                    number=number,
                    start=2.0 * number,
                    end=2.0 * number + 1.5,
                    text=text,
                )
            )
        session.commit()


def metadata(**said: str) -> str:
    return ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items())


def said_about(filename: str = "call.flac", **more: str) -> str:
    given = {"filename": filename, "title": "Call on the import", "others": "Ruth Adeyemi", "how": "Asked aloud"}
    return metadata(**(given | more))


def announce(browser: Any, key: str, size: int, **more: str) -> str:
    """Begins an upload and answers with its address."""
    headers = {**SPEAKS_TUS, "upload-length": str(size), "upload-metadata": said_about(**more)}
    answer = browser.post(f"/escalations/{key}/uploads", headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def send(browser: Any, place: str, offset: int, data: bytes) -> Any:
    headers = {**SPEAKS_TUS, "upload-offset": str(offset), "content-type": "application/offset+octet-stream"}
    return browser.patch(place, headers=headers, content=data)
