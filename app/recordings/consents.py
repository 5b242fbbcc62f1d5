"""Who agreed to a recording, and who took it back."""

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.refusals import NotFound
from app.recordings.facts import ConsentWithdrawn
from app.recordings.models import Consent, Recording
from app.timeline.recording import record


def consents_of(session: ViewerSession, recording: Recording) -> list[Consent]:
    query = select(Consent).where(
        Consent.recording_id == recording.id, Consent.escalation_id == recording.escalation_id
    )
    return list(session.exec(query.order_by(col(Consent.person_name), col(Consent.id))))


def take_back(session: ViewerSession, recording: Recording, consent_id: str) -> None:
    """Noted at once and shown on the page; whether the recording is deleted is for its people to decide."""
    consent = next((consent for consent in consents_of(session, recording) if consent.id == consent_id), None)
    if consent is None:
        raise NotFound
    if not consent.given:
        return
    consent.given = False
    session.add(consent)
    record(session, recording.escalation_id, ConsentWithdrawn(), recording)
