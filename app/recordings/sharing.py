"""Opening a recording to the customer, with its words and consents, and closing it again."""

from typing import NamedTuple

from sqlalchemy import or_, update
from sqlmodel import col, select

from app.access.participation import Audience, Participation, Reader, guest_of
from app.access.session import ViewerSession
from app.people.models import Person
from app.recordings.facts import RecordingShared, RecordingWithdrawn
from app.recordings.models import Consent, Recording, TranscriptLine
from app.timeline.models import TimelineEntry
from app.timeline.recording import record

FOLLOWS = (Consent, TranscriptLine)


class Readers(NamedTuple):
    """Exactly those at the customer who read it once it is shared."""

    names: list[str]
    of_meeting: bool


def readers_of(session: ViewerSession, recording: Recording) -> Readers:
    query = (
        select(Person.name)
        .join(Participation, col(Participation.person_id) == Person.id)
        .where(guest_of(recording.escalation_id))
        .order_by(Person.name)
    )
    if recording.readers_group:
        named = select(Reader.person_id).where(Reader.group_id == recording.readers_group)
        query = query.where(col(Person.id).in_(named))
    return Readers(list(session.exec(query)), of_meeting=recording.readers_group is not None)


def share(session: ViewerSession, recording: Recording) -> None:
    if recording.is_shared:
        return
    _open_to(session, recording, Audience.shared, recording.readers_group)
    record(
        session, recording.escalation_id, RecordingShared(), recording, Audience.shared, readers=recording.readers_group
    )


def withdraw(session: ViewerSession, recording: Recording) -> None:
    """From now on guests see nothing of it: not the recording, not a line, not what the timeline told of it."""
    if not recording.is_shared:
        return
    readers = recording.reader_group_id
    _open_to(session, recording, Audience.internal, None)
    lines = select(TranscriptLine.id).where(TranscriptLine.recording_id == recording.id)
    told = update(TimelineEntry).where(
        or_(col(TimelineEntry.subject_id) == recording.id, col(TimelineEntry.subject_id).in_(lines))
    )
    session.execute(told.values(audience=Audience.internal).execution_options(synchronize_session=False))
    record(session, recording.escalation_id, RecordingWithdrawn(), recording, readers=readers, refreshes_guests=True)


def _open_to(session: ViewerSession, recording: Recording, audience: Audience, group: str | None) -> None:
    """The recording first: a worker that adds a line waits for its row, and then copies what stands there."""
    recording.audience, recording.reader_group_id = audience, group
    session.add(recording)
    session.flush()
    for table in FOLLOWS:
        follow = update(table).where(col(table.recording_id) == recording.id)
        session.execute(
            follow.values(audience=audience, reader_group_id=group).execution_options(synchronize_session=False)
        )
