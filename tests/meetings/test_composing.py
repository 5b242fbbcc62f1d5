"""The agenda that writes itself."""

from datetime import timedelta

import pytest

from app.access.participation import Audience
from app.action_items.adding import add_action
from app.action_items.finishing import finish
from app.concerns.raising import raise_concern
from app.concerns.ranking import move_for_us
from app.foundation.clock import today
from app.meetings.agenda.composing import compose
from app.meetings.agenda.finding import items_of
from app.meetings.agenda.writing import add_item, remove_item, tick
from app.meetings.models import Origin
from app.meetings.planning import plan_meeting
from app.meetings.running import end, start


@pytest.fixture
def titles(ben):
    return lambda meeting: [item.title for item in items_of(ben, meeting)]


def test_open_concerns_come_in_our_order(ben, outage, concerns, plan, titles):
    first, second, secret = concerns
    move_for_us(ben, outage, secret.id, first.id)
    assert titles(plan_meeting(ben, outage, plan())) == [secret.words, first.words, second.words]


def test_actions_that_are_late_come_after_them_and_others_do_not(ben, outage, concerns, plan, titles):
    add_action(ben, outage, title="Late thing", due_on=today("UTC") - timedelta(days=2))
    add_action(ben, outage, title="Next week's thing", due_on=today("UTC") + timedelta(days=7))
    done = add_action(ben, outage, title="Done thing", due_on=today("UTC") - timedelta(days=2))
    finish(ben, outage, done)
    assert titles(plan_meeting(ben, outage, plan()))[3:] == ["Late thing"]


def test_composing_again_adds_what_is_missing_and_nothing_twice(ben, outage, call, titles):
    before = titles(call)
    assert compose(ben, outage, call) == 0
    add_action(ben, outage, title="Late thing", due_on=today("UTC") - timedelta(days=2))
    assert compose(ben, outage, call) == 1 and titles(call) == [*before, "Late thing"]
    assert compose(ben, outage, call) == 0


def test_what_was_taken_off_does_not_come_back_by_itself(ben, outage, call):
    remove_item(ben, items_of(ben, call)[0])
    assert compose(ben, outage, call) == 0


def test_what_was_not_discussed_goes_into_the_next_meeting_when_this_one_ends(ben, outage, concerns, plan):
    now_, later = plan_meeting(ben, outage, plan(1)), plan_meeting(ben, outage, plan(8))
    done, left = add_item(ben, now_, "Talked over"), add_item(ben, now_, "Left over", planned_minutes=7)
    start(ben, now_)
    tick(ben, done)
    assert end(ben, outage, now_) == 1
    carried = items_of(ben, later)[-1]
    assert (carried.title, carried.carried_from_id, carried.times_carried) == ("Left over", left.id, 1)
    assert carried.planned_minutes == 7 and carried.origin_kind is Origin.agenda_item


def test_a_meeting_nobody_ended_counts_as_over_when_its_time_has_passed(ben, outage, plan, titles):
    add_item(ben, plan_meeting(ben, outage, plan(-3)), "Left over")
    assert titles(plan_meeting(ben, outage, plan(2))) == ["Left over"]


def test_the_third_time_an_item_comes_first(ben, outage, concerns, plan):
    meetings = [plan_meeting(ben, outage, plan(days)) for days in (1, 8, 15)]
    add_item(ben, meetings[0], "Keeps being put off")
    for meeting in meetings[:2]:
        start(ben, meeting)
        end(ben, outage, meeting)
    last = items_of(ben, meetings[2])[-1]
    assert (last.title, last.times_carried) == ("Keeps being put off", 2)
    start(ben, meetings[2])
    end(ben, outage, meetings[2])
    raise_concern(ben, outage, "Something new")
    titles = [item.title for item in items_of(ben, plan_meeting(ben, outage, plan(22)))]
    assert titles.index("Keeps being put off") < titles.index("Something new")


def test_a_concern_left_over_is_one_item_that_says_it_was_carried(ben, outage, concerns, plan, titles):
    first = plan_meeting(ben, outage, plan(1))
    start(ben, first)
    end(ben, outage, first)
    second = plan_meeting(ben, outage, plan(8))
    assert len(titles(second)) == 3 and {item.times_carried for item in items_of(ben, second)} == {1}


def test_in_a_shared_meeting_only_what_comes_from_something_shared_is_shared(ben, outage, call):
    add_action(ben, outage, title="Our late thing", due_on=today("UTC") - timedelta(days=2))
    late = today("UTC") - timedelta(days=2)
    add_action(ben, outage, title="A shared late thing", due_on=late, audience=Audience.shared)
    compose(ben, outage, call)
    shared = {item.title for item in items_of(ben, call) if item.is_shared}
    assert shared == {"The import stops at night", "We hear it from our drivers", "A shared late thing"}
