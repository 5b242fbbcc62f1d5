"""Writing a fact down, in the transaction of the change it tells of."""

from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlmodel import SQLModel, col, select

from app.access.participation import Audience, Participation
from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.database import put
from app.foundation.ids import new_id
from app.foundation.workers import insert_for
from app.people.models import Side
from app.timeline.facts import Fact
from app.timeline.models import Errand, Pulse, TimelineEntry

READERS = ("notifications", "search")


def record(
    session: ViewerSession,
    escalation_id: str,
    fact: Fact,
    subject: SQLModel,
    audience: Audience = Audience.internal,
    readers: str | None = None,
    *,
    refreshes_guests: bool = False,
) -> None:
    """Numbers are taken under the pulse's row lock, so their order is the order of commits. A shared fact also counts
    for guests, unless it is open to some of them only: then counting it would tell the others that it happened. What
    `refreshes_guests` counts as well, though guests never read it: its panel lies open before them and changes."""
    for_all_guests = (audience is Audience.shared or refreshes_guests) and readers is None
    number, shared_number = _beat(session, f"escalation:{escalation_id}", shared=for_all_guests)
    if audience is Audience.shared and readers is None and not fact.in_passing:
        introduce(session, escalation_id)  # to all guests at once: what some of them may read introduces nobody
    entry = {
        "id": new_id(),
        "escalation_id": escalation_id,
        "number": number,
        "shared_number": shared_number if for_all_guests else None,
        "kind": fact.kind,
        "details": fact.model_dump_json(),
        "subject_kind": str(subject.__tablename__),
        "subject_id": subject.id,  # type: ignore[attr-defined]
        "actor_id": session.viewer.person_id,
        "occurred_at": now(),
        "audience": audience,
        "reader_group_id": readers,
    }
    session.flush()  # what it tells of
    session.connection().execute(_entry(), entry)
    _send_readers(session, entry["id"])


def record_gathered(
    session: ViewerSession,
    escalation_id: str,
    fact: Fact,
    subject: SQLModel,
    audience: Audience,
    within: timedelta,
) -> None:
    """For what people do many times a minute: as long as they go on it stays one entry, which moves to the front, is
    signalled to open pages each time, and is read again by the timeline's readers."""
    latest = session.exec(
        select(TimelineEntry)
        .where(
            TimelineEntry.escalation_id == escalation_id,
            TimelineEntry.subject_id == subject.id,  # type: ignore[attr-defined]
            TimelineEntry.kind == fact.kind,
            TimelineEntry.actor_id == session.viewer.person_id,
            TimelineEntry.audience == audience,
            col(TimelineEntry.occurred_at) > now() - within,
            col(TimelineEntry.reader_group_id).is_(None),
        )
        .order_by(col(TimelineEntry.number).desc())
        .limit(1)
    ).first()
    if latest is None:
        record(session, escalation_id, fact, subject, audience)
        return
    is_shared = audience is Audience.shared
    number, shared_number = _beat(session, f"escalation:{escalation_id}", shared=is_shared)
    latest.number, latest.details, latest.occurred_at = number, fact.model_dump_json(), now()
    latest.shared_number = shared_number if is_shared else None
    session.add(latest)
    session.flush()
    _send_readers(session, latest.id)


def signal_person(session: ViewerSession, person_id: str) -> None:
    """Tell a person's open pages that something of theirs moved."""
    _beat(session, f"person:{person_id}", shared=True)


def introduce(session: ViewerSession, escalation_id: str) -> None:
    """A colleague who speaks to the customer, or changes what lies open before them, is known to them from then on."""
    viewer = session.viewer
    if not viewer.is_staff or viewer.person_id is None:
        return
    place = session.get(Participation, (escalation_id, viewer.person_id))
    if place is None:
        place = Participation(escalation_id=escalation_id, person_id=viewer.person_id, side=Side.staff)
    place.audience = Audience.shared
    session.add(place)


@cache
def _entry() -> Any:
    return insert(SQLModel.metadata.tables["timeline_entry"])


def _send_readers(session: ViewerSession, entry_id: str) -> None:
    """Those that have not come yet will find the entry as it is now; the others are sent once more."""
    at, connection = now(), session.connection()
    rows = [
        {"entry_id": entry_id, "reader": reader, "created_at": at, "tries": 0, "not_before": at} for reader in READERS
    ]
    connection.execute(_errands(insert_for(connection)), rows)


@cache
def _errands(insert: Any) -> Any:
    return insert(Errand).on_conflict_do_nothing()


def newest_number(topic: Any, *, shared: bool) -> Any:
    """How far this topic's news have come, as a statement; `shared`, those that every guest may know of."""
    pulse = SQLModel.metadata.tables["pulse"].c
    return select(pulse.shared_number if shared else pulse.number).where(pulse.topic == topic)


def _beat(session: ViewerSession, topic: str, *, shared: bool) -> tuple[int, int]:
    """The next number of all, and how many of them every guest may see."""
    session.flush()
    given = {"of_topic": topic, "by": 1 if shared else 0}
    row = session.connection().execute(_bump(), given).first()
    if row is None:
        put(session, Pulse(topic=topic, number=1, shared_number=1 if shared else 0))
        return 1, 1 if shared else 0
    return row[0], row[1]


@cache
def _bump() -> Any:
    pulse = SQLModel.metadata.tables["pulse"]
    return (
        update(pulse)
        .where(pulse.c.topic == bindparam("of_topic"))
        .values(number=pulse.c.number + 1, shared_number=pulse.c.shared_number + bindparam("by"))
        .returning(pulse.c.number, pulse.c.shared_number)
    )
