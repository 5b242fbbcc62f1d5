"""Everything a concern's own page says of it, as its viewer may know it."""

from typing import NamedTuple

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.concerns.models import Concern, ConcernInside, TrackerLink
from app.concerns.rows import ConcernRow, panel
from app.concerns.tracking import trackers_of
from app.escalations.models import Escalation
from app.links.linking import Linked, came_from, led_to
from app.people.models import Person
from app.people.naming import people_of
from app.timeline.reading import Sentence, about, sentences

HISTORY = 30


class Sight(NamedTuple):
    """`row` is absent for a resolved concern, `inside` for guests and where nothing was noted yet."""

    row: ConcernRow | None
    owner: Person | None
    raised_by: Person | None
    inside: ConcernInside | None
    trackers: list[TrackerLink]
    came_from: list[Linked]
    led_to: list[Linked]
    history: list[Sentence]


def sight_of(session: ViewerSession, escalation: Escalation, concern: Concern) -> Sight:
    people = people_of(session, {concern.owner_id, concern.raised_by_id or concern.owner_id})
    rows = {row.id: row for row in panel(session, escalation).rows} if concern.is_open else {}
    return Sight(
        row=rows.get(concern.id),
        owner=people.get(concern.owner_id),
        raised_by=people.get(concern.raised_by_id) if concern.raised_by_id else None,
        inside=session.exec(select(ConcernInside).where(col(ConcernInside.concern_id) == concern.id)).first(),
        trackers=trackers_of(session, concern),
        came_from=came_from(session, concern),
        led_to=led_to(session, concern),
        history=sentences(session, about(session, concern.id, HISTORY)),
    )
