"""What other pages ask about the actions of an escalation, as each of its readers is answered."""

from datetime import timedelta

import pytest

from app.action_items.adding import add_action
from app.action_items.listing import asked_of, open_actions, overdue_actions
from app.action_items.panel import panel
from app.foundation.clock import today


@pytest.fixture
def three(session, outage, migration, people):
    """One of Ben's that is late and internal, one asked of Gus, one in the other escalation."""
    session.viewer = people["ben"].viewer
    past, soon = today("UTC") - timedelta(days=3), today("UTC") + timedelta(days=3)
    add_action(session, outage, title="Late and ours", owner_id=people["ben"].id, due_on=past)
    add_action(session, outage, title="Asked of Gus", owner_id=people["gus"].id, due_on=soon)
    add_action(session, migration, title="Of the other one", owner_id=people["ben"].id, due_on=past)
    session.commit()


def titles(rows):
    return [row.title for row in rows]


def test_each_reader_is_told_of_what_they_may_see(three, looking_as, outage):
    assert titles(open_actions(looking_as("ben"), outage)) == ["Late and ours", "Asked of Gus"]
    assert titles(open_actions(looking_as("gus"), outage)) == ["Asked of Gus"]
    assert open_actions(looking_as("eve"), outage) == []


def test_what_is_late_is_of_this_escalation_alone(three, looking_as, outage):
    assert titles(overdue_actions(looking_as("ben"), outage)) == ["Late and ours"]
    assert overdue_actions(looking_as("gus"), outage) == []


def test_what_we_need_from_one_person(three, looking_as, outage, people):
    assert titles(asked_of(looking_as("gus"), people["gus"].id, outage)) == ["Asked of Gus"]
    assert asked_of(looking_as("gus"), people["ben"].id, outage) == []


def test_the_panel_counts_what_its_reader_sees_and_says_what_they_may_tick(three, looking_as, outage):
    ours, theirs = panel(looking_as("ben"), outage), panel(looking_as("gil"), outage)
    assert (ours.count, ours.late, len(ours.tickable)) == (2, 1, 2)
    assert (theirs.count, theirs.late, len(theirs.tickable)) == (1, 0, 0)
