"""When a meeting is, on both clocks and in calendars, and what changes when it moves."""

import re
from datetime import UTC, datetime

import pytest
from icalendar import Calendar
from sqlmodel import select

from app.foundation import clock
from app.foundation.refusals import Refused
from app.meetings.models import Meeting, MeetingState
from app.meetings.moments import elsewhere, free_morning, in_zone, planned_span
from app.meetings.planning import cancel_meeting, change_meeting, plan_meeting, revive_meeting
from app.meetings.running import start
from app.meetings.sharing import share_meeting, withdraw_meeting
from app.outbox.models import Letter
from tests.meetings.conftest import HOME


def _at(day, hour, zone, minutes=45):
    starts_at, ends_at = planned_span(datetime(2027, 3, day, hour), minutes, zone)
    return Meeting(title="Call", escalation_id="x", starts_at=starts_at, ends_at=ends_at, zone=zone)


@pytest.mark.parametrize(
    ("day", "there"),
    [
        (10, "04:00 in New York"),  # both in winter
        (17, "05:00 in New York"),  # New York has summer time already, Berlin has not
        (31, "04:00 in New York"),  # both in summer
    ],
)
def test_both_sides_read_their_own_clock_whatever_the_season(day, there):
    meeting = _at(day, 10, "Europe/Berlin")
    assert in_zone(meeting, "Europe/Berlin").endswith(f"{day} Mar 10:00 to 10:45")
    assert elsewhere(meeting, "America/New_York", "Europe/Berlin") == there


def test_the_other_day_is_named_where_it_is_another_day():
    meeting = _at(10, 1, "Europe/Berlin")
    assert elsewhere(meeting, "America/New_York", "Europe/Berlin") == "Tue 9 Mar 19:00 in New York"
    assert elsewhere(meeting, "Europe/Paris", "Europe/Berlin") == ""


def test_an_hour_that_the_clocks_skip_is_refused():
    with pytest.raises(Refused, match="skipped"):
        planned_span(datetime(2027, 3, 28, 2, 30), 45, "Europe/Berlin")


def test_a_new_one_is_offered_the_next_morning_of_a_working_day_that_is_free():
    with clock.telling(datetime(2027, 3, 25, 23, 30, tzinfo=UTC)):  # a Thursday there, and Friday in Berlin
        assert free_morning([], "America/New_York") == datetime(2027, 3, 26, 14, tzinfo=UTC)
        assert free_morning([], "Europe/Berlin") == datetime(2027, 3, 29, 8, tzinfo=UTC)  # in summer time by then
        taken, beside = _at(29, 10, "Europe/Berlin", 15), _at(30, 11, "Europe/Berlin")
        assert free_morning([beside, taken], "Europe/Berlin") == datetime(2027, 3, 30, 8, tzinfo=UTC)


def test_a_mistake_un_ticks_nobody(as_, people):
    ticked = [people[nick].id for nick in ("ben", "gus", "gil")]
    data = {"title": "Call", "starts_at": "2031-03-17T10:00", "minutes": "30", "link": "no address", "people": ticked}
    page = as_("ben").post(HOME, data=data)
    assert page.status_code == 422 and "begins with https" in page.text
    assert set(re.findall(r'name="people" value="(\w+)" checked', page.text)) == set(ticked)


def test_the_form_of_a_new_one_offers_it(as_, session):
    offered = re.search(r'name="starts_at"[^>]*value="([^"]+)"', as_("ben").get(f"{HOME}/new").text)
    data = {"title": "Call", "starts_at": offered[1], "minutes": "45"}
    assert as_("ben").post(HOME, data=data).status_code == 303
    again = re.search(r'name="starts_at"[^>]*value="([^"]+)"', as_("ben").get(f"{HOME}/new").text)
    assert offered[1].endswith("T10:00") and again[1].endswith("T10:00") and again[1] > offered[1]


def test_the_clock_one_types_on_is_ones_own(as_, session):
    data = {"title": "Call", "starts_at": "2027-03-17T10:00", "minutes": "30"}
    assert as_("ben").post(HOME, data=data).status_code == 303
    meeting = session.exec(select(Meeting)).one()
    assert meeting.starts_at == datetime(2027, 3, 17, 9, tzinfo=UTC) and meeting.minutes == 30
    page = as_("ben").get(f"{HOME}/{meeting.id}").text
    assert "Wed 17 Mar 10:00 to 10:30" in page and "09:00 in London" in page
    assert 'value="2027-03-17T10:00"' in as_("ben").get(f"{HOME}/{meeting.id}/edit").text


def test_a_guest_reads_their_clock_first_and_ours_beside_it(as_, at, call):
    page = as_("gus").get(at).text
    assert in_zone(call, "Europe/London") in page and "in Berlin" in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("link", "javascript:alert(1)", "A link begins with https://"),
        ("link", "ftp://files.example", "A link begins with https://"),
        ("starts_at", "0001-01-01T00:00", "Choose a date and a time."),
        ("starts_at", "soon", "Choose a date and a time."),
        ("starts_at", "2027-03-28T02:30", "skipped"),
        ("minutes", "0", "Must be at least 5."),
        ("title", "", "Fill this in."),
        ("people", "nobodynobodynobo", "Choose among the people listed."),
    ],
)
def test_a_mistake_comes_back_with_everything_that_was_typed(as_, field, value, sentence, session):
    typed = {"title": "Our weekly call", "starts_at": "2027-03-17T10:00", "minutes": "30", "place": "Room 9"}
    page = as_("ben").post(HOME, data=typed | {field: value})
    assert page.status_code == 422 and sentence in page.text and "Room 9" in page.text
    assert session.exec(select(Meeting)).all() == []


def test_the_calendar_file_says_when_and_where_and_nobodys_address(as_, at, call, people):
    answer = as_("gus").get(f"{at}/invitation.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event.decoded("dtstart") == call.starts_at and event.decoded("dtend") == call.ends_at
    assert str(event["uid"]).startswith(call.id) and int(event["sequence"]) == 0
    assert "The import stops at night" in str(event["description"]) and "admin" not in str(event["description"])
    assert "@acme" not in answer.text and "@tidewater" not in answer.text


def test_a_newer_file_replaces_the_older_in_every_calendar(as_, at, ben, outage, call, plan):
    uid = Calendar.from_ical(as_("gus").get(f"{at}/invitation.ics").content).walk("VEVENT")[0]["uid"]
    change_meeting(ben, outage, call, plan(3))
    ben.commit()
    moved = Calendar.from_ical(as_("gus").get(f"{at}/invitation.ics").content).walk("VEVENT")[0]
    assert (moved["uid"], moved["sequence"]) == (uid, 1) and moved.decoded("dtstart") == call.starts_at
    cancel_meeting(ben, call)
    ben.commit()
    cancelled = Calendar.from_ical(as_("gus").get(f"{at}/invitation.ics").content)
    assert cancelled["method"] == "CANCEL" and cancelled.walk("VEVENT")[0]["sequence"] == 2


def test_a_guests_calendar_does_not_tell_how_often_it_was_moved_before_they_knew(as_, ben, outage, plan):
    def sequence(nick):
        file = as_(nick).get(f"{HOME}/{meeting.id}/invitation.ics").content
        return Calendar.from_ical(file).walk("VEVENT")[0]["sequence"]

    meeting = plan_meeting(ben, outage, plan())
    for days in (2, 3):
        change_meeting(ben, outage, meeting, plan(days))
    share_meeting(ben, outage, meeting, set())
    ben.commit()
    assert sequence("gus") == 0 and sequence("ben") == 2
    change_meeting(ben, outage, meeting, plan(4))
    ben.commit()
    assert sequence("gus") == 1 and sequence("ben") == 3
    withdraw_meeting(ben, meeting)
    for days in (5, 6, 7):
        change_meeting(ben, outage, meeting, plan(days))
    share_meeting(ben, outage, meeting, set())
    ben.commit()
    assert sequence("gus") == 2, "newer than what their calendars hold"


def test_each_state_of_a_meeting_makes_one_letter_a_person(ben, outage, call, plan):
    def count():
        return len(ben.exec(select(Letter)).all())

    assert count() == 3
    change_meeting(ben, outage, call, plan(1, starts_at=plan().starts_at))
    before = count()
    change_meeting(ben, outage, call, plan(5))
    assert count() == before + 3
    cancel_meeting(ben, call)
    cancel_meeting(ben, call)
    assert count() == before + 6


def test_a_cancelled_meeting_can_be_put_back_and_an_ended_one_not_cancelled(ben, call):
    cancel_meeting(ben, call)
    with pytest.raises(Refused):
        start(ben, call)
    revive_meeting(ben, call)
    assert call.state is MeetingState.planned
    call.state = MeetingState.ended
    with pytest.raises(Refused):
        cancel_meeting(ben, call)


def test_somebody_no_longer_invited_is_no_reader_any_more(ben, outage, call, plan, people, as_, at):
    from_now_on = {people["ben"].id, people["gil"].id}
    change_meeting(ben, outage, call, plan(people=from_now_on))
    ben.commit()
    assert "Gus Meyer" not in as_("gil").get(at).text.split('id="meeting-room"')[1]


def test_a_meeting_of_another_escalation_is_not_found_here(as_, ben, migration, people, plan):
    other = plan_meeting(ben, migration, plan(people={people["sue"].id}))
    ben.commit()
    assert as_("ben").get(f"{HOME}/{other.id}").status_code == 404
    assert as_("ben").post(f"{HOME}/{other.id}/start").status_code == 404
