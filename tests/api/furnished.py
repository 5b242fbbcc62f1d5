"""A room of each kind in the outage, made by a program, for tests that need something to be there."""

from datetime import timedelta
from typing import Any

from starlette.testclient import TestClient

from app.access.session import ViewerSession
from app.foundation.clock import now
from app.recordings.models import Consent, Recording, RecordingState, TranscriptLine

HERE = "/escalations/ACME-7K4"


def furnish(ben: TestClient, session: ViewerSession, escalation_id: str) -> dict[str, str]:
    """The ids of what is there, by the name they have in an address. `session` is the system's."""
    concern = _made(ben, "/concerns", {"words": "The nightly file is empty"})
    other = _made(ben, "/concerns", {"words": "Reports are late"})
    tracker = _made(ben, f"/concerns/{concern}/trackers", {"url": "https://tracker.example/IMP-12"})
    me = ben.get("/me").json()["id"]
    customer = ben.get(HERE).json()["customer"]["id"]
    action = _made(ben, "/actions", {"title": "Send the log", "owner_id": me})
    note = ben.post(f"{HERE}/topics", json={"title": "The log", "text": "It ran at 02:10."}).json()
    held = ben.post(f"{HERE}/topics", json={"title": "To you", "text": "We look.", "audience": "shared"}).json()
    plan = {"title": "Weekly call", "starts_at": (now() + timedelta(days=1)).isoformat()}
    meeting = ben.post(f"{HERE}/meetings", json=plan).json()
    at = f"/meetings/{meeting['id']}"
    item = _made(ben, f"{at}/items", {"title": "What is next"})
    decision = _made(ben, f"{at}/decisions", {"text": "We ship on Friday"})
    sheet = ben.get(HERE + at).json()
    text = next(one["id"] for one in sheet["notes"] if one["agenda_item_id"] == item)
    ben.put(f"{HERE}{at}/notes/{text}", json={"text": "Said", "version": 0})
    recording, line, consent = _recording(session, escalation_id)
    return {
        "key": "ACME-7K4",
        "concern_id": concern,
        "other_concern_id": other,
        "tracker_id": tracker,
        "action_id": action,
        "topic_id": note["topic_id"],
        "message_id": note["id"],
        "held_topic_id": held["topic_id"],
        "held_id": held["id"],
        "meeting_id": meeting["id"],
        "item_id": item,
        "decision_id": decision,
        "note_id": text,
        "number": "1",
        "recording_id": recording,
        "line_id": line,
        "consent_id": consent,
        "file_id": "0123456789abcdef",
        "upload_id": "0123456789abcdef",
        "person_id": me,
        "customer_id": customer,
    }


def _made(ben: TestClient, path: str, sent: dict[str, object]) -> str:
    answer = ben.post(HERE + path, json=sent)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def _recording(session: ViewerSession, escalation_id: str) -> tuple[str, str, str]:
    recording = Recording(
        escalation_id=escalation_id,
        title="The call",
        recorded_at=now(),
        kind="wav",
        size=4,
        storage_key="media/none",
        sha256="0" * 64,
        state=RecordingState.ready,
        duration_seconds=4,
    )
    session.add(recording)
    session.flush()
    inside: dict[str, Any] = {"escalation_id": escalation_id, "recording_id": recording.id}
    line = TranscriptLine(**inside, number=1, start=0, end=2, text="the import ran twice")
    consent = Consent(**inside, person_name="Mark", how="asked")
    session.add_all([line, consent])
    session.commit()
    return recording.id, line.id, consent.id
