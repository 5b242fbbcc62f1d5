"""Noticing what is late: once per due date, where its owner is, whoever looks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from app.access.session import as_system
from app.action_items.adding import add_action
from app.action_items.due import record_overdue
from app.action_items.facts import ActionOverdue
from app.action_items.finishing import finish
from app.action_items.models import ActionItem
from app.timeline.models import TimelineEntry

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def noted(session):
    entries = session.exec(select(TimelineEntry).where(TimelineEntry.kind == ActionOverdue.kind))
    return [(entry.subject_id, entry.audience) for entry in entries]


@pytest.fixture
def late(session, outage, people):
    """Ben's, due the day before."""
    action = add_action(session, outage, title="Read the log", owner_id=people["ben"].id, due_on=date(2026, 11, 25))
    session.commit()
    return action


def test_what_is_late_is_recorded_once_in_the_audience_of_the_action(session, late):
    assert record_overdue(session, NOON) == 1
    assert record_overdue(session, NOON + timedelta(minutes=1)) == 0
    assert noted(session) == [(late.id, late.audience)]


def test_a_second_worker_does_not_record_it_again(engine, session, late):
    record_overdue(session, NOON)
    session.commit()
    with as_system(engine) as other:
        assert record_overdue(other, NOON) == 0


def test_the_last_day_ends_where_the_owner_is(session, outage, people):
    """Ben is in Berlin: at 23:30 UTC his day is over, at noon it is not."""
    add_action(session, outage, title="Read the log", owner_id=people["ben"].id, due_on=NOON.date())
    assert record_overdue(session, NOON) == 0
    assert record_overdue(session, NOON.replace(hour=23, minute=30)) == 1


def test_a_new_date_can_be_missed_again(session, late):
    record_overdue(session, NOON)
    late.due_on = date(2026, 11, 27)
    session.add(late)
    assert record_overdue(session, NOON) == 0
    assert record_overdue(session, NOON + timedelta(days=2)) == 1


def test_what_is_done_removed_or_in_a_closed_escalation_is_left_alone(session, outage, migration, people):
    done = add_action(session, outage, title="Done long ago", owner_id=people["ben"].id, due_on=date(2026, 11, 1))
    finish(session, outage, done)
    removed = add_action(session, outage, title="Not wanted", due_on=date(2026, 11, 1))
    removed.removed_at = NOON
    add_action(session, migration, title="Closed with the rest", due_on=date(2026, 11, 1))
    migration.closed_at = NOON
    session.add_all([removed, migration])
    assert record_overdue(session, NOON) == 0


def test_lateness_is_a_question_of_the_readers_day(outage):
    from_yesterday = ActionItem(escalation_id=outage.id, title="Read the log", due_on=date.today() - timedelta(days=2))
    assert from_yesterday.is_overdue("UTC")
    assert not ActionItem(escalation_id=outage.id, title="Later").is_overdue("UTC")
