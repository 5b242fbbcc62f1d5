"""Colleagues see which of them are here; nobody says it for somebody else, and guests neither see it nor are seen."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.access.session import as_system
from app.access.viewer import SYSTEM
from app.escalations.presence.models import Presence
from app.escalations.presence.noticing import GONE_AFTER, be_here, forget_long_gone, who_is_here
from app.foundation import clock
from app.schedule import CLOCKS

AT = "/escalations/ACME-7K4/presence"


def test_colleagues_see_the_others_and_not_themselves(as_, outage):
    assert "Ben Okafor" not in as_("ben").post(AT).text
    seen = as_("sue").post(AT).text
    assert "Ben Okafor" in seen and "Sue Park" not in seen
    assert "Sue Park" in as_("ben").post(AT).text


def test_whoever_left_is_gone_after_a_while(engine, people, outage, session):
    session.viewer = people["ben"].viewer
    be_here(session, outage.id)
    session.viewer = people["sue"].viewer
    assert who_is_here(session, outage.id) == ["Ben Okafor"]
    clock.set_clock(f"+{int(GONE_AFTER.total_seconds()) + 1}s")
    assert who_is_here(session, outage.id) == []


def test_a_page_that_says_it_often_writes_seldom(people, outage, session):
    session.viewer = people["ben"].viewer
    be_here(session, outage.id)
    first = session.exec(select(Presence.seen_at)).one()
    be_here(session, outage.id)
    assert session.exec(select(Presence.seen_at)).one() == first
    clock.set_clock("+21s")
    be_here(session, outage.id)
    assert session.exec(select(Presence.seen_at)).one() > first + timedelta(seconds=20)


def test_who_was_here_long_ago_is_forgotten_and_may_come_again(people, outage, session):
    for nick, at in (("ben", "+0s"), ("sue", "+50m")):
        clock.set_clock(at)
        session.viewer = people[nick].viewer
        be_here(session, outage.id)
    clock.set_clock("+70m")
    session.viewer = SYSTEM
    [sweep] = [each.sweep for each in CLOCKS if each.name == "who was here"]
    assert sweep(session, None, clock.now()) == 1
    assert session.exec(select(Presence.person_id)).all() == [people["sue"].id]
    session.viewer = people["ben"].viewer
    be_here(session, outage.id)
    assert len(session.exec(select(Presence)).all()) == 2 and who_is_here(session, outage.id) == []


def test_somebody_who_says_it_while_they_are_forgotten_is_here(engine, people, outage, session):
    """The row that was looked at is gone before it is written."""
    clock.set_clock("-2h")
    session.viewer = people["ben"].viewer
    be_here(session, outage.id)
    session.commit()
    clock.set_clock("+0s")
    with as_system(engine) as sweeping:
        assert forget_long_gone(sweeping, clock.now()) == 1
        sweeping.commit()
    be_here(session, outage.id)
    session.commit()
    session.viewer = people["sue"].viewer
    assert who_is_here(session, outage.id) == ["Ben Okafor"]


@pytest.mark.parametrize("nick", ["gus", "eve"])
def test_no_guest_is_told_or_counted(as_, session, nick):
    as_("ben").post(AT)
    assert as_(nick).post(AT).status_code == 404
    for path in ("", "/discussion", "/people"):
        assert f'"{AT}"' not in as_(nick).get("/escalations/ACME-7K4" + path).text
    assert len(session.exec(select(Presence)).all()) == 1


def test_nobody_is_here_in_somebody_elses_name(as_, people):
    as_("ben").post(AT, data={"person_id": people["eli"].id, "name": "Eli Stone"})
    seen = as_("sue").post(AT).text
    assert "Ben Okafor" in seen and "Eli Stone" not in seen


def test_a_restricted_escalation_tells_outsiders_nothing(as_, hidden):
    as_("ada").post("/escalations/ACME-9XX/presence")
    assert as_("sue").post("/escalations/ACME-9XX/presence").status_code == 404
