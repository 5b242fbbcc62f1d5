"""One row of everything that has an address, in one escalation and for one audience; each says a word of its own."""

import hashlib
import io
import wave
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.access.participation import Audience, Reader
from app.access.session import ViewerSession
from app.action_items.models import ActionItem
from app.concerns.models import Concern, ConcernInside, TrackerLink
from app.discussion.models import HeldMessage, Message, Topic, TopicInside
from app.foundation.clock import now
from app.foundation.storage import BlobStore
from app.meetings.models import AgendaItem, Decision, Meeting, Note, NoteVersion, TextFor
from app.recordings.models import Consent, Recording, RecordingState, TranscriptLine, Upload
from app.writing.attachments import attach, keep_file

YEARS = timedelta(days=400)


def word_for(name: str, kind: str) -> str:
    return f"CNRY-{kind}-{hashlib.sha256(f'{name}:{kind}'.encode()).hexdigest()[:8]}"


def furnish(
    session: ViewerSession,
    storage: BlobStore,
    folder: Path,
    escalation_id: str,
    author_id: str,
    name: str,
    audience: Audience,
    only_for: str | None = None,
) -> dict[str, str]:
    """Returns the ids under the names that addresses use. `only_for` keeps the recording to one guest."""

    def say(kind: str) -> str:
        return f"About {word_for(name, kind)}"

    inside: dict[str, Any] = {"escalation_id": escalation_id}
    both: dict[str, Any] = {**inside, "audience": audience}
    at = now()
    concern = Concern(**both, words=say("concern"), details=say("details"), raised_by_id=author_id, owner_id=author_id)
    action = ActionItem(**both, title=say("action"), created_by_id=author_id)
    topic = Topic(**both, title=say("topic"), started_by_id=author_id, last_shared_at=at)
    meeting = Meeting(**both, title=say("meeting"), starts_at=at, ends_at=at + YEARS, zone="UTC", place=say("place"))
    session.add_all([concern, action, topic, meeting])
    session.flush()
    tracker = TrackerLink(
        **inside, concern_id=concern.id, url=f"https://t.example/{word_for(name, 'tracker')}", label="T-1"
    )
    message = Message(**both, topic_id=topic.id, author_id=author_id, text=say("message"), sent_at=at)
    held = HeldMessage(**inside, topic_id=topic.id, author_id=author_id, text=say("held"), leaves_at=at + YEARS)
    item = AgendaItem(**both, meeting_id=meeting.id, position=1, title=say("item"), added_by_id=author_id)
    session.add_all(
        [
            ConcernInside(**inside, concern_id=concern.id, remarks=word_for(name, "inside")),
            TopicInside(**inside, topic_id=topic.id),
            tracker,
            message,
            held,
            item,
        ]
    )
    session.flush()
    decision = Decision(**both, meeting_id=meeting.id, agenda_item_id=item.id, text=say("decision"))
    side = TextFor.both_sides if audience is Audience.shared else TextFor.our_side
    note = Note(
        **both, meeting_id=meeting.id, agenda_item_id=item.id, text_for=side, text=say("note"), version=1, changed_at=at
    )
    session.add_all([decision, note])
    session.flush()
    session.add(NoteVersion(**both, note_id=note.id, number=1, base=0, text=note.text))
    file = keep_file(
        session, storage, folder, escalation_id, f"{word_for(name, 'name')}.txt", io.BytesIO(say("file").encode())
    )
    file_id = file.id
    attach(session, [file], message, audience)
    return {
        "concern_id": concern.id,
        "tracker_id": tracker.id,
        "action_id": action.id,
        "topic_id": topic.id,
        "message_id": message.id,
        "held": held.id,
        "meeting_id": meeting.id,
        "item_id": item.id,
        "decision_id": decision.id,
        "note_id": note.id,
        "file_id": file_id,
        **_recording(session, storage, folder, both, author_id, name, only_for),
    }


def _recording(
    session: ViewerSession,
    storage: BlobStore,
    folder: Path,
    both: dict[str, Any],
    author_id: str,
    name: str,
    only_for: str | None,
) -> dict[str, str]:
    sound = a_wave()
    if only_for:
        session.add(Reader(group_id=f"grp{only_for}"[:16], person_id=only_for, escalation_id=both["escalation_id"]))
        both = {**both, "reader_group_id": f"grp{only_for}"[:16]}
    recording = Recording(
        **both,
        title=f"About {word_for(name, 'recording')}",
        recorded_at=now(),
        kind="wav",
        size=len(sound),
        storage_key=f"recordings/{hashlib.sha256(name.encode()).hexdigest()[:16]}/original.wav",
        sha256=hashlib.sha256(sound).hexdigest(),
        state=RecordingState.ready,
        duration_seconds=1,
        uploaded_by_id=author_id,
    )
    gathered = folder / f"{name}.wav"
    gathered.write_bytes(sound)
    storage.put_file(gathered, recording.storage_key)
    upload = Upload(
        escalation_id=both["escalation_id"],
        person_id=author_id,
        name=f"{word_for(name, 'upload')}.wav",
        size=100,
        details="{}",
        expires_at=now() + YEARS,
    )
    session.add_all([recording, upload])
    session.flush()
    line = TranscriptLine(**both, recording_id=recording.id, number=1, start=0, end=1, text=word_for(name, "line"))
    consent = Consent(**both, recording_id=recording.id, person_name=word_for(name, "consent"), how="said so")
    session.add_all([line, consent])
    session.flush()
    return {"recording_id": recording.id, "line_id": line.id, "consent_id": consent.id, "upload_id": upload.id}


def a_wave() -> bytes:
    """A second of silence."""
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000))
    return written.getvalue()
