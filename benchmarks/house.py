"""A product instance to measure, filled in bulk: the same ids and texts for the same scale, on either database."""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, insert
from sqlmodel import SQLModel

from app.access.participation import Audience, Part, Participation
from app.access.session import as_system
from app.action_items.models import ActionItem, ActionState
from app.concerns.models import Concern
from app.discussion.models import Message, Topic, TopicInside
from app.escalations.models import Escalation, EscalationInside, Severity
from app.foundation.clock import now, today
from app.foundation.ids import derived_id
from app.meetings.models import Meeting
from app.people.models import Account, Customer, Person, Role, Side, Workspace
from app.recordings.models import Recording, RecordingState, TranscriptLine
from app.timeline.models import Pulse, TimelineEntry
from benchmarks.scale import LONG, SHOWN, Scale
from benchmarks.words import texts

COLLEAGUES, GUESTS = 40, 20
MEASURED, POSTED_TO, LONG_THREAD = 0, 1, 2  # the escalations that the measurements open
LINES_EACH = 500  # of one recording
FACTS_EVERY = 5  # a message in five has its entry in the timeline here; in life each has

Row = dict[str, Any]


def name(kind: str, number: int) -> str:
    return derived_id("bench", kind, str(number))


def key(number: int) -> str:
    return f"ACME-{number:05d}"


def fill(engine: Engine, scale: Scale) -> None:
    moment, draw = now(), random.Random(2)
    _put(engine, Workspace, [{"id": 1, "name": "Bench", "created_at": moment}])
    _put(engine, Customer, [{"id": name("customer", 0), "name": "Acme", "mark": "ACME", "created_at": moment}])
    _put(engine, Person, _people(moment))
    _put(engine, Account, _accounts())
    _put(engine, Escalation, _escalations(scale, moment, draw))
    _put(engine, EscalationInside, ({"escalation_id": name("escalation", n)} for n in range(scale.escalations)))
    _put(engine, Participation, _participations(scale))
    _put(engine, Topic, _topics(scale, moment))
    _put(engine, TopicInside, _topics_inside(scale, moment))
    _put(engine, Message, _messages(scale, moment))
    _put(engine, TimelineEntry, _entries(scale, moment))
    _put(engine, Pulse, _pulses(scale))
    _put(engine, Concern, _concerns(scale, moment))
    _put(engine, ActionItem, _actions(scale, moment))
    _put(engine, Meeting, _meetings(scale, moment))
    _put(engine, Recording, _recordings(scale, moment))
    _put(engine, TranscriptLine, _lines(scale))


def _put(engine: Engine, table: type[SQLModel], rows: Iterable[Row]) -> None:
    stream = iter(rows)
    with as_system(engine) as session:
        while some := list(islice(stream, 20_000)):
            session.execute(insert(table), some)
        session.commit()


def _people(moment: datetime) -> Iterator[Row]:
    for n in range(COLLEAGUES + GUESTS):
        side = Side.staff if n < COLLEAGUES else Side.guest
        yield {
            "id": name("person", n),
            "side": side,
            "name": f"Writer {n}",
            "handle": f"writer.{n}",
            "created_at": moment,
            "customer_id": None if side is Side.staff else name("customer", 0),
        }


def _accounts() -> Iterator[Row]:
    for n in range(COLLEAGUES + GUESTS):
        is_staff = n < COLLEAGUES
        yield {
            "person_id": name("person", n),
            "email": f"w{n}@x.example",
            "realm": "staff" if is_staff else name("customer", 0),
            "role": Role.member if is_staff else Role.guest,
        }


def _escalations(scale: Scale, moment: datetime, draw: random.Random) -> Iterator[Row]:
    for n in range(scale.escalations):
        yield {
            "id": name("escalation", n),
            "key": key(n),
            "title": f"Case {n} about imports",
            "customer_id": name("customer", 0),
            "severity": Severity.high,
            "owner_id": name("person", draw.randrange(COLLEAGUES)),
            "opened_at": moment - timedelta(minutes=n),
            "next_update_due_at": moment + timedelta(hours=n % 90 + 1),
        }


def _participations(scale: Scale) -> Iterator[Row]:
    """Everybody looks into the measured ones, and into fifty others each."""
    for person in range(COLLEAGUES + GUESTS):
        is_guest = person >= COLLEAGUES
        for n in {MEASURED, POSTED_TO, LONG_THREAD} | {(person * 50 + k) % scale.escalations for k in range(50)}:
            yield {
                "escalation_id": name("escalation", n),
                "person_id": name("person", person),
                "side": Side.guest if is_guest else Side.staff,
                "part": Part.contact if is_guest else Part.engineer,
                "audience": Audience.shared,
                "joined_at": now(),
            }


def _topics(scale: Scale, moment: datetime) -> Iterator[Row]:
    for n in range(scale.escalations):
        yield {
            "id": name("topic", n),
            "escalation_id": name("escalation", n),
            "audience": Audience.shared,
            "title": f"What happens in case {n}",
            "started_by_id": name("person", n % COLLEAGUES),
            "started_at": moment - timedelta(days=30),
            "last_shared_at": moment - timedelta(minutes=n),
        }


def _topics_inside(scale: Scale, moment: datetime) -> Iterator[Row]:
    for n in range(scale.escalations):
        yield {"topic_id": name("topic", n), "escalation_id": name("escalation", n), "last_note_at": moment}


def _case_of(number: int, scale: Scale) -> int:
    if number < SHOWN:
        return MEASURED
    if number < SHOWN + LONG:
        return LONG_THREAD
    return 3 + number % (scale.escalations - 3) if number % 50 else POSTED_TO if number < 5000 else 3


def _messages(scale: Scale, moment: datetime) -> Iterator[Row]:
    for n, words in enumerate(texts(scale.messages, 3)):
        case = _case_of(n, scale)
        yield {
            "id": name("message", n),
            "escalation_id": name("escalation", case),
            "topic_id": name("topic", case),
            "author_id": name("person", n * 7 % COLLEAGUES),
            "audience": Audience.shared if n % 3 else Audience.internal,
            "text": (words * 9)[:330] if case == MEASURED else words,
            "sent_at": moment - timedelta(seconds=20 * n),
        }


def _entries(scale: Scale, moment: datetime) -> Iterator[Row]:
    numbers: dict[int, int] = {}
    for n in reversed(range(0, scale.messages, FACTS_EVERY)):
        case, audience = _case_of(n, scale), Audience.shared if n % 3 else Audience.internal
        numbers[case] = numbers.get(case, 0) + 1
        yield {
            "id": name("entry", n),
            "escalation_id": name("escalation", case),
            "number": numbers[case],
            "shared_number": numbers[case] if audience is Audience.shared else None,
            "audience": audience,
            "kind": "message_sent" if audience is Audience.shared else "note_added",
            "details": "{}",
            "subject_kind": "message",
            "subject_id": name("message", n),
            "actor_id": name("person", n * 7 % COLLEAGUES),
            "occurred_at": moment - timedelta(seconds=20 * n),
        }


def _pulses(scale: Scale) -> Iterator[Row]:
    for n in range(scale.escalations):
        yield {"topic": f"escalation:{name('escalation', n)}", "number": 1_000_000, "shared_number": 1_000_000}


def _concerns(scale: Scale, moment: datetime) -> Iterator[Row]:
    for n in range(scale.escalations * 5):
        yield {
            "id": name("concern", n),
            "escalation_id": name("escalation", n % scale.escalations),
            "audience": Audience.shared if n % 3 else Audience.internal,
            "words": f"Invoices of run {n} are late",
            "raised_by_id": name("person", n % COLLEAGUES),
            "owner_id": name("person", (n + 1) % COLLEAGUES),
            "raised_at": moment - timedelta(minutes=n),
            "customer_rank": 1000 * (n // scale.escalations + 1),
        }


def _actions(scale: Scale, moment: datetime) -> Iterator[Row]:
    for n in range(scale.escalations * 5):
        yield {
            "id": name("action", n),
            "escalation_id": name("escalation", n % scale.escalations),
            "audience": Audience.shared,
            "title": f"Look into run {n}",
            # Nobody's plate grows with the house: most of it was done long ago.
            "owner_id": name("person", n % COLLEAGUES),
            "state": ActionState.accepted if n < 800 or n % scale.escalations < 3 else ActionState.done,
            "due_on": today("UTC") + timedelta(days=n % 14),
            "created_by_id": name("person", 0),
            "created_at": moment - timedelta(minutes=n),
        }


def _meetings(scale: Scale, moment: datetime) -> Iterator[Row]:
    for n in range(scale.escalations * 2):
        begins = moment + timedelta(hours=n % 48 + 1) if n < scale.escalations else moment - timedelta(hours=n)
        begins = begins if n < 300 else begins - timedelta(days=90)
        yield {
            "id": name("meeting", n),
            "escalation_id": name("escalation", n % scale.escalations),
            "audience": Audience.shared,
            "title": f"Call {n}",
            "starts_at": begins,
            "ends_at": begins + timedelta(minutes=30),
            "zone": "UTC",
            "created_at": moment,
        }


def _recordings(scale: Scale, moment: datetime) -> Iterator[Row]:
    for n in range(scale.lines // LINES_EACH):
        yield {
            "id": name("recording", n),
            "escalation_id": name("escalation", n % scale.escalations),
            "audience": Audience.shared if n % 2 == 0 else Audience.internal,
            "title": f"Call {n}",
            "recorded_at": moment - timedelta(hours=n),
            "kind": "flac",
            "size": 1000,
            "storage_key": f"bench/{n}",
            "state": RecordingState.ready,
            "duration_seconds": LINES_EACH * 6.0,
            "waveform": [10, 60, 100, 40],
            "created_at": moment,
        }


def _lines(scale: Scale) -> Iterator[Row]:
    for n, words in enumerate(texts(scale.lines, 4, 6, 18)):
        recording, number = divmod(n, LINES_EACH)
        yield {
            "id": name("line", n),
            "escalation_id": name("escalation", recording % scale.escalations),
            "recording_id": name("recording", recording),
            "audience": Audience.shared if recording % 2 == 0 else Audience.internal,
            "number": number,
            "start": 6.0 * number,
            "end": 6.0 * number + 5,
            "text": words,
            "words": [],
        }
