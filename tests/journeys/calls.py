"""The meetings of a furnished house, and what was recorded of one."""

from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.ids import new_id
from app.foundation.storage import open_storage
from app.meetings.agenda.deciding import record_decision
from app.meetings.agenda.finding import items_of
from app.meetings.agenda.writing import add_item, tick
from app.meetings.inviting import usual_people
from app.meetings.models import Meeting, Note, TextFor
from app.meetings.notes.saving import save_note
from app.meetings.planning import Plan, plan_meeting
from app.meetings.running import start
from app.meetings.sharing import share_item, share_meeting, shared_by_default
from app.recordings.arrival.adding import add_recording
from app.recordings.arrival.arriving import take_in_file
from app.recordings.arrival.details import Agreed, Details
from app.recordings.sharing import share as share_recording
from app.recordings.storing import media_key
from tests.journeys.people import become, person_called

RECORDINGS = Path(__file__).parents[1] / "recordings"


def hold_meetings(session: ViewerSession, acme: Escalation) -> Meeting:
    """One that is running, and one of tomorrow that is still internal."""
    become(session, "nora")
    running = _plan(session, acme, "Daily call with Acme", timedelta(minutes=-20))
    own = add_item(session, running, "What we say about the renewal", planned_minutes=5)
    share_meeting(session, acme, running, shared_by_default(session, items_of(session, running)))
    start(session, running)
    items = items_of(session, running)
    _write(
        session, items[0].id, TextFor.both_sides, "The retry is off since 11:20.\nTonight’s run is watched by Tomás."
    )
    _write(session, items[0].id, TextFor.our_side, "Not a word about the second customer who has this.")
    _write(session, own.id, TextFor.our_side, "Aiko speaks with finance first.")
    record_decision(session, running, "The retry stays off until Monday.", item=items[0], audience=Audience.shared)
    tick(session, items[0])
    share_item(session, running, add_item(session, running, "Who is reached at night", planned_minutes=10))
    _plan(session, acme, "Test of the fix with Ruth", timedelta(days=1))
    return running


def _plan(session: ViewerSession, acme: Escalation, title: str, begins_in: timedelta) -> Meeting:
    begins = (now() + begins_in).replace(second=0, microsecond=0, tzinfo=None)
    people = usual_people(session, acme)
    plan = Plan(title, begins, 45, "UTC", place="By video", link="https://calls.example/acme", people=people)
    return plan_meeting(session, acme, plan)


def _write(session: ViewerSession, item_id: str, text_for: TextFor, text: str) -> None:
    note = note_of(session, item_id, text_for)
    save_note(session, note, text, note.version)


def note_of(session: ViewerSession, item_id: str, text_for: TextFor) -> Note:
    return session.exec(select(Note).where(Note.agenda_item_id == item_id, Note.text_for == text_for)).one()


def keep_recording(session: ViewerSession, acme: Escalation, meeting: Meeting, data_dir: Path) -> str:
    """Its words appear once the worker has listened to it."""
    with (RECORDINGS / "jfk.flac").open("rb") as sound:
        media = take_in_file(open_storage(None, data_dir), data_dir / "uploads", sound, media_key(new_id()))
    agreed = tuple(
        Agreed(name=person_called(session, nick).name, person_id=person_called(session, nick).id)
        for nick in ("nora", "ruth")
    )
    details = Details(
        title="Daily call of yesterday", recorded_at=now(), meeting_id=meeting.id, how="Asked aloud", agreed=agreed
    )
    recording = add_recording(session, acme, details, media)
    share_recording(session, recording)
    return recording.id
