"""The recording of the second call, as if it had been uploaded and transcribed here: the words are those our engine heard."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from sqlmodel import col, select

from app.demo.story.telling import Story
from app.foundation.beginnings import stored_with
from app.foundation.ids import new_id
from app.foundation.storage import BlobStore, make_folder
from app.people.models import Person
from app.recordings.facts import RecordingAdded, TranscriptReady
from app.recordings.models import Consent, Recording, RecordingState, TranscriptLine
from app.recordings.sharing import share
from app.recordings.storing import incoming_folder, media_key, storage_of
from app.timeline.recording import record

CALL = files("app.demo.call")
SOUND = "call.ogg"
SPEAKERS = ("daniel", "priya", "mark", "graham")


def bring_recording(story: Story, meeting_id: str, began: datetime) -> None:
    """Shared with those who were in the call."""
    key, sound = media_key(new_id()), CALL.joinpath(SOUND).read_bytes()
    storage = storage_of(story.settings)
    with stored_with(story.session, storage, incoming_folder(story.settings), key):
        _store(storage, incoming_folder(story.settings), key, sound)
    with story.act("daniel", began + timedelta(minutes=40)) as session:
        recording = _recording(story, meeting_id, began, key, sound)
        session.add(recording)
        session.flush()
        session.add_all(_consents(story, recording))
        record(session, story.escalation_id, RecordingAdded(), recording)
    with story.act("", began + timedelta(minutes=44)) as session:
        session.add_all(_lines(recording))
        session.flush()
        record(session, story.escalation_id, TranscriptReady(), recording)
    with story.act("daniel", began + timedelta(minutes=50)) as session:
        share(session, recording)
    story.ids["recording"] = recording.id


def line_with(story: Story, words: str, *, last: bool = False) -> str:
    """The id of the line in which this is said; empty where it was heard differently."""
    query = select(TranscriptLine.id).where(
        TranscriptLine.recording_id == story.ids["recording"], col(TranscriptLine.text).contains(words)
    )
    order = col(TranscriptLine.number)
    return story.session.exec(query.order_by(order.desc() if last else order).limit(1)).first() or ""


def _recording(story: Story, meeting_id: str, began: datetime, key: str, sound: bytes) -> Recording:
    heard, drawn = _read("transcript.json"), _read("waveform.json")
    return Recording(
        escalation_id=story.escalation_id,
        meeting_id=meeting_id,
        title="Call 2",
        recorded_at=began,
        kind="ogg",
        size=len(sound),
        storage_key=key,
        sha256=hashlib.sha256(sound).hexdigest(),
        state=RecordingState.ready,
        progress=100,
        duration_seconds=heard["seconds"],
        clock_offset=drawn["clock_offset"],
        language=heard["language"],
        waveform=drawn["peaks"],
        uploaded_by_id=story.id_of("daniel"),
    )


def _consents(story: Story, recording: Recording) -> Iterator[Consent]:
    for nick in SPEAKERS:
        person = story.session.get_one(Person, story.id_of(nick))
        yield Consent(
            escalation_id=story.escalation_id,
            recording_id=recording.id,
            person_id=person.id,
            person_name=person.name,
            how="Said yes at the beginning of the call",
        )


def _lines(recording: Recording) -> Iterator[TranscriptLine]:
    """As the worker stores them."""
    for number, said in enumerate(_read("transcript.json")["segments"]):
        yield TranscriptLine(
            escalation_id=recording.escalation_id,
            recording_id=recording.id,
            number=number,
            start=round(said["start"], 2),
            end=round(said["end"], 2),
            text=said["text"].strip(),
            words=[
                [round(word["start"], 2), round(word["end"], 2), word["text"], round(word["probability"], 2)]
                for word in said["words"]
            ],
        )


def _store(storage: BlobStore, folder: Path, key: str, sound: bytes) -> None:
    make_folder(folder, below=folder)
    with NamedTemporaryFile(dir=folder, delete=False) as gathered:
        gathered.write(sound)
    storage.put_file(Path(gathered.name), key)


@lru_cache
def _read(name: str) -> Any:
    return json.loads(CALL.joinpath(name).read_text())
