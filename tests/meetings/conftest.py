"""A call planned with both sides: two shared concerns and one internal on its agenda, shared with the customer."""

import re
from datetime import timedelta

import pytest

from app.concerns.raising import raise_concern
from app.concerns.sharing import share
from app.foundation.clock import now
from app.meetings.agenda.finding import items_of
from app.meetings.planning import Plan, plan_meeting
from app.meetings.sharing import share_meeting, shared_by_default

HOME = "/escalations/ACME-7K4/meetings"


@pytest.fixture
def ben(session, people):
    """The system's session, acting as Ben from now on."""
    session.viewer = people["ben"].viewer
    return session


@pytest.fixture
def concerns(ben, outage):
    first = raise_concern(ben, outage, "The import stops at night")
    second = raise_concern(ben, outage, "We hear it from our drivers")
    secret = raise_concern(ben, outage, "Their admin breaks it himself")
    for concern in (first, second):
        share(ben, outage, concern)
    ben.commit()
    return first, second, secret


@pytest.fixture
def plan(people):
    """How a meeting is wanted: `plan(days=3)` from today, with Ben, Gus and Gil."""

    def make(days=1, **changes):
        wanted = {
            "title": f"Call in {days} days",
            "starts_at": (now() + timedelta(days=days)).replace(tzinfo=None, second=0, microsecond=0),
            "minutes": 45,
            "zone": "Europe/Berlin",
            "people": {people[nick].id for nick in ("ben", "gus", "gil")},
        }
        return Plan(**{**wanted, **changes})

    return make


@pytest.fixture
def call(ben, outage, concerns, plan):
    """The shared call."""
    meeting = plan_meeting(ben, outage, plan())
    share_meeting(ben, outage, meeting, shared_by_default(ben, items_of(ben, meeting)))
    ben.commit()
    return meeting


@pytest.fixture
def at(call):
    return f"{HOME}/{call.id}"


@pytest.fixture
def order(as_, at):
    """The agenda as somebody reads it."""
    return lambda nick="ben": re.findall(r'<li data-id="(\w+)"', as_(nick).get(at).text)
