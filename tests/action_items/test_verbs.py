"""Asking, answering, finishing: what each act does to the action, and who hears of it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.access.participation import Audience, Participation
from app.access.session import ViewerSession
from app.action_items.adding import add_action
from app.action_items.answering import accept, agree, decline, propose_date
from app.action_items.changing import edit_action, remove, restore
from app.action_items.doors import find_action
from app.action_items.finishing import finish, reopen
from app.action_items.models import ActionAnswer, ActionItem, ActionState
from app.foundation.clock import today
from app.foundation.refusals import NotAllowed, NotFound, Refused
from app.timeline.models import TimelineEntry

SOON = today("UTC") + timedelta(days=3)


@pytest.fixture
def writing_as(engine, people):
    opened: list[ViewerSession] = []

    def write(nick):
        for session in opened:
            session.commit()
        opened.append(ViewerSession(engine, people[nick].viewer))
        return opened[-1]

    yield write
    for session in opened:
        session.close()


def kinds(session, action):
    entries = session.exec(select(TimelineEntry).where(TimelineEntry.subject_id == action.id))
    return [entry.kind for entry in sorted(entries, key=lambda entry: entry.number)]


def edited(action, **changes):
    same = {
        "title": action.title,
        "details": action.details,
        "owner_id": action.owner_id,
        "due_on": action.due_on,
        "audience": action.audience,
    }
    return same | changes


def test_an_action_for_a_colleague_is_internal_even_for_one_who_is_not_taking_part(writing_as, outage, people):
    session = writing_as("ben")
    action = add_action(session, outage, title="Read the log", owner_id=people["sue"].id, due_on=SOON)
    assert action.audience is Audience.internal and action.state is ActionState.open
    assert kinds(session, action) == ["action_added", "action_assigned"]
    assert session.get(Participation, (outage.id, people["sue"].id)) is None


def test_an_action_for_a_guest_is_shared(writing_as, outage, people):
    session = writing_as("ben")
    action = add_action(session, outage, title="Send the log", owner_id=people["gus"].id)
    session.commit()
    assert action.is_shared
    assert writing_as("gil").get(ActionItem, action.id) is not None


def test_what_a_guest_writes_down_is_shared(writing_as, outage, people):
    session = writing_as("gus")
    action = add_action(session, outage, title="Call us on Monday", owner_id=people["ben"].id)
    assert action.is_shared and action.owner_id == people["ben"].id


def test_a_guest_cannot_ask_people_they_do_not_see_here(writing_as, outage, people):
    session = writing_as("gus")
    for nick in ("sue", "gwen", "eve"):
        with pytest.raises(Refused):
            add_action(session, outage, title="Look at this", owner_id=people[nick].id)


def test_guests_of_another_escalation_cannot_be_asked(writing_as, outage, people):
    with pytest.raises(Refused):
        add_action(writing_as("ben"), outage, title="Send the log", owner_id=people["gwen"].id)


def test_in_a_restricted_escalation_only_those_who_see_it_can_be_asked(writing_as, hidden, people):
    session = writing_as("ada")
    with pytest.raises(Refused):
        add_action(session, hidden, title="Keep this quiet", owner_id=people["ben"].id)
    assert add_action(session, hidden, title="Keep this quiet", owner_id=people["adm"].id).owner_id


def test_handing_an_internal_action_to_a_guest_shares_it_and_keeps_earlier_answers_inside(writing_as, outage, people):
    session = writing_as("ben")
    action = add_action(session, outage, title="Find the file", owner_id=people["ben"].id, due_on=SOON)
    propose_date(session, outage, action, SOON + timedelta(days=1), "they are hopeless")
    edit_action(session, outage, action, **edited(action, owner_id=people["gus"].id))
    session.commit()
    gus = writing_as("gus")
    seen = gus.get_one(ActionItem, action.id)
    assert seen.owner_id == people["gus"].id and seen.proposed_due_on is None
    assert list(gus.exec(select(ActionAnswer))) == []
    assert kinds(gus, action) == ["action_shared", "action_assigned"]


def test_the_owner_of_a_shared_action_is_known_to_the_customer_by_name(writing_as, outage, people):
    session = writing_as("ben")
    add_action(session, outage, title="Call Gus", owner_id=people["sue"].id, audience=Audience.shared)
    session.commit()
    assert session.get_one(Participation, (outage.id, people["sue"].id)).audience is Audience.shared


def test_accepting_is_the_owners_alone(writing_as, outage, people):
    session = writing_as("ben")
    action = add_action(session, outage, title="Send the log", owner_id=people["gus"].id)
    with pytest.raises(NotAllowed):
        accept(session, outage, action)
    session.commit()
    gus = writing_as("gus")
    action = find_action(gus, outage, action.id)
    accept(gus, outage, action)
    accept(gus, outage, action)
    assert action.state is ActionState.accepted
    assert kinds(gus, action).count("action_accepted") == 1


def test_a_proposed_date_counts_only_when_whoever_asked_agrees(writing_as, outage, people):
    session = writing_as("ben")
    action_id = add_action(session, outage, title="Send the log", owner_id=people["gus"].id, due_on=SOON).id
    session.commit()
    gus = writing_as("gus")
    action, later = find_action(gus, outage, action_id), SOON + timedelta(days=2)
    propose_date(gus, outage, action, later, "We are closed on Friday")
    assert action.due_on == SOON and action.proposed_due_on == later
    with pytest.raises(NotAllowed):
        agree(gus, outage, action)
    ben = writing_as("ben")
    action = find_action(ben, outage, action_id)
    agree(ben, outage, action)
    assert action.due_on == later and action.proposed_due_on is None and action.state is ActionState.accepted
    with pytest.raises(Refused):
        agree(ben, outage, action)


def test_a_guest_who_asked_agrees_to_the_date_themselves(writing_as, outage, people):
    gus = writing_as("gus")
    action_id = add_action(gus, outage, title="Call us", owner_id=people["ben"].id, due_on=SOON).id
    gus.commit()
    ben = writing_as("ben")
    action = find_action(ben, outage, action_id)
    propose_date(ben, outage, action, SOON + timedelta(days=1), "On a train")
    with pytest.raises(NotAllowed):
        agree(ben, outage, action)
    gus = writing_as("gus")
    agree(gus, outage, find_action(gus, outage, action_id))


@pytest.mark.parametrize("day", [today("UTC") - timedelta(days=2), SOON])
def test_a_date_that_is_past_or_the_same_is_not_proposed(writing_as, outage, people, day):
    session = writing_as("ben")
    action = add_action(session, outage, title="Read the log", owner_id=people["ben"].id, due_on=SOON)
    with pytest.raises(Refused):
        propose_date(session, outage, action, day, "because")


def test_not_me_leaves_it_with_nobody_and_keeps_the_words(writing_as, outage, people):
    session = writing_as("ben")
    action_id = add_action(session, outage, title="Send the log", owner_id=people["gus"].id).id
    session.commit()
    gus = writing_as("gus")
    decline(gus, outage, find_action(gus, outage, action_id), "Gil has the keys")
    gus.commit()
    action = session.get_one(ActionItem, action_id, populate_existing=True)
    assert action.owner_id is None and action.state is ActionState.open
    assert session.exec(select(ActionAnswer.words)).all() == ["Gil has the keys"]


def test_done_and_open_again(writing_as, outage, people):
    session = writing_as("ben")
    action = add_action(session, outage, title="Read the log", owner_id=people["ben"].id)
    finish(session, outage, action)
    finish(session, outage, action)
    assert action.is_done and action.done_by_id == people["ben"].id
    reopen(session, outage, action)
    assert not action.is_done and action.done_at is None
    assert kinds(session, action)[-2:] == ["action_done", "action_reopened"]


def test_a_guest_finishes_what_is_theirs_and_nothing_else(writing_as, outage, people):
    session = writing_as("ben")
    theirs = add_action(session, outage, title="Send the log", owner_id=people["gus"].id).id
    ours = add_action(session, outage, title="Call Gus", owner_id=people["ben"].id, audience=Audience.shared).id
    session.commit()
    gus = writing_as("gus")
    finish(gus, outage, find_action(gus, outage, theirs))
    with pytest.raises(NotAllowed):
        finish(gus, outage, find_action(gus, outage, ours))


def test_a_date_somebody_else_moves_is_to_be_answered_again(writing_as, outage, people):
    session = writing_as("sue")
    action_id = add_action(session, outage, title="Read the log", owner_id=people["ben"].id, due_on=SOON).id
    session.commit()
    ben = writing_as("ben")
    accept(ben, outage, find_action(ben, outage, action_id))
    ben.commit()
    sue = writing_as("sue")
    action = find_action(sue, outage, action_id)
    edit_action(sue, outage, action, **edited(action, due_on=SOON - timedelta(days=1)))
    assert action.state is ActionState.open
    assert kinds(sue, action)[-1] == "action_edited"


def test_saving_without_a_change_tells_nobody(writing_as, outage, people):
    session = writing_as("ben")
    action = add_action(session, outage, title="Read the log", owner_id=people["ben"].id)
    before = kinds(session, action)
    edit_action(session, outage, action, **edited(action))
    assert kinds(session, action) == before


def test_what_was_removed_is_gone_until_it_is_restored(writing_as, outage):
    session = writing_as("ben")
    action = add_action(session, outage, title="Read the log")
    remove(session, outage, action)
    session.flush()
    with pytest.raises(NotFound):
        find_action(session, outage, action.id)
    restore(session, outage, find_action(session, outage, action.id, removed=True))
    assert find_action(session, outage, action.id).title == "Read the log"


def test_an_action_is_not_found_through_another_escalation(writing_as, outage, migration):
    session = writing_as("ben")
    action = add_action(session, outage, title="Read the log")
    with pytest.raises(NotFound):
        find_action(session, migration, action.id)
