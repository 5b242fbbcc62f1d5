"""A product instance to measure: a thousand escalations and a hundred thousand messages, filled in bulk, and signed in."""

import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, insert

from app.access.participation import Audience, Part, Participation
from app.access.session import ViewerSession, as_system
from app.discussion.models import Message, Topic
from app.escalations.models import Escalation, EscalationInside, Severity
from app.foundation.clock import now
from app.foundation.database import open_database
from app.foundation.ids import derived_id
from app.foundation.settings import Settings
from app.operating.migrating import migrate
from app.people.models import Account, Customer, Person, Role, Side, Workspace
from app.sign_in import sessions
from app.timeline.models import Pulse

ESCALATIONS, MESSAGES, SHOWN, PEOPLE = 1000, 100_000, 50, 40
SENTENCE = (
    "the nightly import stopped again and wrote the same invoices twice so the shippers called us before you did "
)


@dataclass(frozen=True)
class House:
    settings: Settings
    token: str
    topic_url: str
    escalation_url: str


def build(folder: Path, port: int, escalations: int = ESCALATIONS, messages: int = MESSAGES) -> House:
    settings = Settings(data_dir=folder, port=port, secret_key="for measuring only, never for people")
    engine = open_database(settings.database)
    migrate(settings, engine)
    with as_system(engine) as session:
        token = _people(session)
        _escalations(session, escalations)
        session.commit()
    _messages(engine, escalations, messages)
    engine.dispose()
    key = "ACME-000"
    return House(settings, token, f"/escalations/{key}/discussion/{_id('topic', 0)}", f"/escalations/{key}")


def _id(kind: str, number: int) -> str:
    return derived_id("bench", kind, str(number))


def _people(session: ViewerSession) -> str:
    session.add(Workspace(name="Bench"))
    session.add(Customer(id=_id("customer", 0), name="Acme", mark="ACME"))
    session.flush()
    for number in range(PEOPLE):
        name = f"Writer {number}"
        session.add(Person(id=_id("person", number), side=Side.staff, name=name, handle=f"writer.{number}"))
        session.flush()
        session.add(
            Account(person_id=_id("person", number), email=f"w{number}@x.example", realm="staff", role=Role.member)
        )
    session.flush()
    return sessions.start(session, session.get_one(Person, _id("person", 0)))


def _escalations(session: ViewerSession, count: int) -> None:
    moment, draw = now(), random.Random(2)
    owners = [_id("person", draw.randrange(PEOPLE)) for _ in range(count)]
    ids = [_id("escalation", number) for number in range(count)]
    session.execute(insert(Escalation), [
        {"id": ids[n], "key": f"ACME-{n:03d}", "title": f"Case {n} about imports", "customer_id": _id("customer", 0),
         "severity": Severity.high, "owner_id": owners[n], "opened_at": moment - timedelta(minutes=n),
         "next_update_due_at": moment + timedelta(hours=n % 90 + 1)}
        for n in range(count)
    ])  # fmt: skip
    session.execute(insert(EscalationInside), [{"escalation_id": id_} for id_ in ids])
    session.execute(insert(Pulse), [{"topic": f"escalation:{id_}", "number": 1, "shared_number": 1} for id_ in ids])
    session.execute(insert(Participation), [
        {"escalation_id": ids[n], "person_id": owners[n], "side": Side.staff, "part": Part.owner, "audience": Audience.shared}
        for n in range(count)
    ])  # fmt: skip
    session.execute(insert(Topic), [
        {"id": _id("topic", n), "escalation_id": ids[n], "title": "What happened", "audience": Audience.shared,
         "started_by_id": owners[n], "started_at": moment}
        for n in range(count)
    ])  # fmt: skip


def _messages(engine: Engine, escalations: int, count: int) -> None:
    moment, draw = now(), random.Random(3)
    with as_system(engine) as session:
        for start in range(0, count, 10_000):
            session.execute(
                insert(Message),
                [_message(n, moment, draw, escalations) for n in range(start, min(start + 10_000, count))],
            )
        session.commit()


def _message(number: int, moment, draw: random.Random, escalations: int) -> dict[str, object]:  # type: ignore[no-untyped-def]
    where = 0 if number < SHOWN else draw.randrange(1, escalations)
    return {
        "id": _id("message", number),
        "escalation_id": _id("escalation", where),
        "topic_id": _id("topic", where),
        "author_id": _id("person", draw.randrange(PEOPLE)),
        "audience": Audience.shared if number % 3 else Audience.internal,
        "text": (SENTENCE * 4)[: 330 if where == 0 else draw.randint(80, 400)],
        "sent_at": moment - timedelta(minutes=number),
    }
