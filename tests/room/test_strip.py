"""The picture of an escalation: what each side's eyes find on it, and where."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete
from sqlmodel import col

from app.access.participation import Audience
from app.discussion.models import Message, Topic
from app.escalations.facts import SeverityChanged
from app.foundation.clock import now, set_clock
from app.meetings.models import Meeting
from app.room.strip import APART, LEFT, RIGHT, Zoom, draw
from app.timeline.models import Errand, TimelineEntry
from app.timeline.recording import record

BERLIN = "Europe/Berlin"


@pytest.fixture
def week(session, people, outage):
    """Ten days with a call, two of ours close together, one of theirs, and a note that is ours alone."""
    topic = Topic(escalation_id=outage.id, title="What happened", started_by_id=people["gus"].id, audience="shared")
    session.add(topic)
    session.flush()
    outage.opened_at = now() - timedelta(days=8)
    said = [
        ("ben", 100, Audience.shared),
        ("ben", 99.9, Audience.shared),
        ("gus", 50, Audience.shared),
        ("ada", 20, "internal"),
    ]
    for nick, hours, audience in said:
        session.add(
            Message(
                escalation_id=outage.id,
                topic_id=topic.id,
                author_id=people[nick].id,
                text="words",
                html="",
                audience=audience,
                sent_at=now() - timedelta(hours=hours),
            )
        )
    for title, audience in (("Call with Acme", Audience.shared), ("Our own call", Audience.internal)):
        start = now() - timedelta(hours=70)
        session.add(
            Meeting(
                escalation_id=outage.id,
                title=title,
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                zone=BERLIN,
                audience=audience,
            )
        )
    session.viewer = people["ben"].viewer
    record(session, outage.id, SeverityChanged(before="high", after="critical"), outage, Audience.shared)
    session.commit()
    return outage


def test_each_side_finds_what_it_may_see(week, looking_as):
    ours, theirs = (draw(looking_as(nick), week, Zoom.days, BERLIN) for nick in ("ben", "gus"))
    assert [call.title for call in ours.calls] == ["Call with Acme", "Our own call"]
    assert [call.title for call in theirs.calls] == ["Call with Acme"]
    for strip in (ours, theirs):  # the note of ours is on neither
        assert [mark.count for mark in strip.ours] == [2] and [mark.count for mark in strip.theirs] == [1]
    assert ours.bands[-1].kind == theirs.bands[-1].kind == "s1"


def test_marks_stand_in_the_order_of_time_and_inside_the_picture(week, looking_as):
    for zoom in Zoom:
        strip = draw(looking_as("ben"), week, zoom, BERLIN)
        for mark in [*strip.calls, *strip.ours, *strip.theirs]:
            assert LEFT <= mark.x <= RIGHT
        assert strip.now is not None and LEFT < strip.now < RIGHT
        places = [tick.x for tick in strip.ticks]
        assert all(later - earlier > APART for earlier, later in zip(places, places[1:], strict=False))


def test_a_day_on_which_the_clocks_change_is_one_day(week, looking_as, session):
    set_clock("2026-10-28T12:00:00Z")
    week.opened_at = datetime(2026, 10, 20, tzinfo=ZoneInfo(BERLIN))
    days = [tick.label for tick in draw(looking_as("ben"), week, Zoom.days, BERLIN).ticks]
    assert days[:7] == ["Tue 20", "Wed 21", "Thu 22", "Fri 23", "Sat 24", "Sun 25", "Mon 26"]


def test_the_page_draws_it_and_says_it_in_words(week, as_):
    page = as_("gus").get(week.url + "/timeline").text
    assert 'class="strip"' in page and "1 call, 2 messages from Tidewater, 1 message from you" in page
    assert "Our own call" not in page
    page = as_("ben").get(week.url + "/timeline?zoom=all").text
    assert (
        "2 calls, 2 messages from us, 1 message from Acme Logistics" in page and 'aria-current="true">All of it' in page
    )
    assert as_("eve").get(week.url + "/timeline").status_code == 404
    assert as_("ben").get(week.url + "/timeline?zoom=century").status_code == 404


def test_without_a_word_on_severity_there_is_no_band(session, outage, looking_as):
    session.execute(delete(Errand))
    session.execute(delete(TimelineEntry).where(col(TimelineEntry.subject_id) == outage.id))
    session.commit()
    assert draw(looking_as("ben"), outage, Zoom.days, BERLIN).bands == []


def test_an_escalation_that_was_just_opened_has_a_picture(outage, looking_as):
    strip = draw(looking_as("ben"), outage, Zoom.days, BERLIN)
    assert strip.calls == strip.ours == [] and strip.due is not None
