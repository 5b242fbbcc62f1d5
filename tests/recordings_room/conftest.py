"""Recordings in the world of the cast: sounds to upload, a meeting to share with."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.access.participation import Reader
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.settings import Settings
from app.meetings.models import Meeting
from app.recordings.models import Recording
from tests.cast import Member
from tests.recordings_room.bringing import SOUNDS, bring
from tests.speech.conftest import model_dir as model_dir
from tests.speech.conftest import models as models


@pytest.fixture
def meeting(session: ViewerSession, outage: Escalation, people: dict[str, Member]) -> Meeting:
    """One that Gus is invited to and Gil is not."""
    starts_at = now() - timedelta(days=1)
    meeting = Meeting(
        escalation_id=outage.id,
        title="Call on the import",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        zone="UTC",
    )
    session.add(meeting)
    session.flush()
    session.add(Reader(group_id=meeting.id, person_id=people["gus"].id, escalation_id=outage.id))
    session.commit()
    return meeting


@pytest.fixture
def jfk() -> Path:
    return SOUNDS / "jfk.flac"


@pytest.fixture
def recorded(
    engine: Engine, people: dict[str, Member], settings: Settings, outage: Escalation
) -> Callable[..., Recording]:
    """Puts a recording of Ben's with words into the outage: `recorded("Call", ["First words.", "More."], meeting)`."""

    def put(
        title: str = "Call on the import", lines: list[str] | None = None, meeting: Meeting | None = None
    ) -> Recording:
        return bring(engine, people["ben"].viewer, settings, outage, title, lines or [], meeting)

    return put
