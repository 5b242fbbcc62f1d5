"""Meetings with their notes and decisions, and what was recorded of them."""

import hashlib
import io
import wave
from datetime import datetime

from sqlmodel import select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.concerns.ranking import move_for_us
from app.foundation import clock
from app.foundation.ids import derived_id
from app.meetings.agenda.deciding import record_decision
from app.meetings.agenda.finding import items_of
from app.meetings.agenda.writing import add_item
from app.meetings.models import Meeting, Note
from app.meetings.notes.saving import save_note
from app.meetings.planning import Plan, plan_meeting
from app.meetings.sharing import share_meeting
from app.operating.two_worlds.world import ZONE, World
from app.recordings.facts import RecordingAdded
from app.recordings.models import Recording, RecordingState, TranscriptLine
from app.recordings.sharing import share
from app.recordings.storing import media_key, storage_of
from app.timeline.recording import record


def meeting(world: World) -> None:
    with world.act("s1", "an internal meeting", only_in_a=True) as session:
        if session:
            plan = Plan(f"Before the call {world.canary('meeting')}", datetime(2026, 3, 3, 9, 0), 30, ZONE)
            world.ids["internal meeting"] = plan_meeting(session, world.escalation(session, "E1"), plan).id
    with world.act("s1", "the call") as session:
        if session:
            people = {world.people["s1"], world.people["g1"]}
            plan = Plan("Call 1", datetime(2026, 3, 4, 10, 0), 45, ZONE, people=people)
            escalation = world.escalation(session, "E1")
            meeting = plan_meeting(session, escalation, plan)
            world.ids["meeting"] = meeting.id
            shared = {world.ids[f"concern {number}"] for number in range(3)}
            chosen = {item.id for item in items_of(session, meeting) if item.origin_id in shared}
            share_meeting(session, escalation, meeting, chosen)
    with world.act("s1", "items of the call") as session:
        if session:
            meeting = session.get_one(Meeting, world.ids["meeting"])
            item = add_item(session, meeting, "What happens at month-end", audience=Audience.shared)
            world.ids["item"] = item.id
            record_decision(session, meeting, "First no duplicates, then on time.", item=item, audience=Audience.shared)
    with world.act("s1", "our items of the call", only_in_a=True) as session:
        if session:
            meeting = session.get_one(Meeting, world.ids["meeting"])
            item = add_item(session, meeting, f"How far we can go {world.canary('item')}")
            record_decision(session, meeting, f"No refund yet {world.canary('decision')}", item=item)
            for note in _notes(session, world.ids["item"], Audience.internal):
                world.ids["internal note"] = note.id
                save_note(session, note, f"Careful here {world.canary('note')}", 0)
    with world.act("g1", "a note of theirs") as session:
        if session:
            for note in _notes(session, world.ids["item"], Audience.shared):
                world.ids["note"] = note.id
                save_note(session, note, "We close the books on the 30th.", 0)


def our_order(world: World) -> None:
    """After the agenda was shared: that one is in our order by design, and to share it is to show it."""
    with world.act("s1", "our order", only_in_a=True) as session:
        if session:
            move_for_us(session, world.escalation(session, "E1"), world.ids["concern 1"], world.ids["concern 0"])


def _notes(session: ViewerSession, item_id: str, audience: Audience) -> list[Note]:
    return list(session.exec(select(Note).where(Note.agenda_item_id == item_id, Note.audience == audience)))


def recordings(world: World) -> None:
    """The call itself, open to the guest who was invited to it; and one of ours that nobody outside knows of."""
    for name, kind, only_in_a in (("recording", "said", False), ("internal recording", "heard", True)):
        with world.act("s1", name, only_in_a=only_in_a) as session:
            if session:
                _record(
                    world,
                    session,
                    name,
                    "We close on the 30th." if not only_in_a else f"Say nothing {world.canary(kind)}",
                )
    with world.act("s1", "share the recording") as session:
        if session:
            share(session, session.get_one(Recording, world.ids["recording"]))


def _record(world: World, session: ViewerSession, name: str, words: str) -> None:
    """A second of silence as a sound file, with the words that were supposedly said in it."""
    escalation_id, meeting_id = world.ids["E1"], world.ids["meeting"] if name == "recording" else None
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setparams((1, 2, 16000, 16000, "NONE", ""))
        file.writeframes(bytes(32000))
    key = media_key(derived_id(world.seed, name))
    gathered = world.settings.data_dir / "work" / f"{derived_id(world.seed, name)}.wav"
    gathered.parent.mkdir(parents=True, exist_ok=True)
    gathered.write_bytes(sound.getvalue())
    storage_of(world.settings).put_file(gathered, key)
    recording = Recording(
        escalation_id=escalation_id,
        meeting_id=meeting_id,
        title="Call 1" if meeting_id else f"Before the call {world.canary('recording')}",
        recorded_at=clock.now(),
        kind="wav",
        size=len(sound.getvalue()),
        storage_key=key,
        sha256=hashlib.sha256(sound.getvalue()).hexdigest(),
        state=RecordingState.ready,
        progress=100,
        duration_seconds=1.0,
        language="en",
        waveform=[0, 10, 20, 10],
        uploaded_by_id=session.viewer.person_id,
    )
    session.add(recording)
    session.flush()
    session.add(
        TranscriptLine(escalation_id=escalation_id, recording_id=recording.id, number=0, start=0.1, end=0.9, text=words)
    )
    record(session, escalation_id, RecordingAdded(), recording)
    world.ids[name] = recording.id
