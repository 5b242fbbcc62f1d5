"""From safe bytes to a recording with a page: added, or put in the place of another's."""

from typing import NamedTuple

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.recordings.arrival.details import Details
from app.recordings.deleting import ask_to_remove_media, delete_words
from app.recordings.facts import RecordingAdded, RecordingReplaced
from app.recordings.hearing.asking import ask_for_words
from app.recordings.models import Consent, Recording, RecordingState
from app.timeline.recording import record


class Media(NamedTuple):
    """Bytes that are in storage for good, and what they were found to be."""

    key: str
    kind: str
    size: int


def add_recording(session: ViewerSession, escalation: Escalation, details: Details, media: Media) -> Recording:
    recording = Recording(
        escalation_id=escalation.id,
        meeting_id=details.meeting_id,
        title=details.title,
        recorded_at=details.recorded_at,
        kind=media.kind,
        size=media.size,
        storage_key=media.key,
        language=details.language,
        uploaded_by_id=session.viewer.person_id,
    )
    session.add(recording)
    session.flush()
    session.add_all(
        Consent(
            escalation_id=escalation.id,
            recording_id=recording.id,
            person_id=one.person_id,
            person_name=one.name,
            how=details.how,
        )
        for one in details.agreed
    )
    record(session, escalation.id, RecordingAdded(), recording)
    ask_for_words(session, recording)
    return recording


def replace_media(session: ViewerSession, recording: Recording, media: Media) -> None:
    """The page, its consents and its audience stay; the words of the old file go with it."""
    delete_words(session, recording)
    ask_to_remove_media(session, recording)
    recording.kind, recording.size = media.kind, media.size
    recording.storage_key, recording.sha256 = media.key, ""
    recording.take += 1
    recording.state, recording.reason, recording.progress = RecordingState.uploaded, "", 0
    recording.duration_seconds, recording.waveform, recording.language = 0, [], ""
    recording.has_video = False
    recording.replaced_at = now()
    session.add(recording)
    audience, readers = recording.audience, recording.reader_group_id
    record(session, recording.escalation_id, RecordingReplaced(), recording, audience, readers=readers)
    ask_for_words(session, recording)
