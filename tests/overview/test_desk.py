"""My desk: what is mine, what is late, and nothing of others."""

import re
from datetime import timedelta

import pytest

from app.access.participation import Audience, Part, Participation
from app.action_items.adding import add_action
from app.action_items.answering import decline, propose_date
from app.action_items.models import ActionItem
from app.discussion.models import Message, ReadMark, Topic
from app.escalations.models import Escalation
from app.foundation import clock
from app.foundation.clock import now, today
from app.meetings.models import Meeting, MeetingState
from app.people.models import Side
from tests.statements import asked_for

TODAY = today("Europe/Berlin")


def section(page, name):
    """The words of one section of the desk; empty when it is not there."""
    found = re.search(rf'<section class="panel" aria-labelledby="{name}">(.*?)</section>', page, re.S)
    return found.group(1) if found else ""


@pytest.fixture
def asked(session, people):
    def ask(escalation, title, nick, days=None, by="ada", **more):
        session.viewer = people[by].viewer
        due_on = None if days is None else TODAY + timedelta(days=days)
        action = add_action(
            session, escalation, title=title, owner_id=people[nick].id if nick else None, due_on=due_on, **more
        )
        session.commit()
        return action

    return ask


def test_an_empty_desk_says_what_it_is_for(as_):
    page = as_("eli").get("/").text
    assert "Nothing is late and nothing is due" in page and "My desk" in page


def test_my_actions_stand_under_their_day_the_late_ones_first(as_, asked, outage, migration):
    asked(migration, "Long ago", "eli", -3)
    asked(outage, "For this very day", "eli", 0)
    asked(outage, "In a few days", "eli", 3)
    asked(outage, "In a month", "eli", 30)
    asked(outage, "Some time", "eli")
    asked(outage, "Not mine at all", "sue", 0)
    page = as_("eli").get("/").text
    for name, title in (("late", "Long ago"), ("today", "For this very day"), ("week", "In a few days")):
        assert title in section(page, name)
    assert "In a month" in section(page, "later") and "Some time" in section(page, "later")
    assert "Not mine at all" not in page
    assert page.index("Long ago") < page.index("For this very day") < page.index("In a few days")


def test_the_number_in_the_rail_counts_what_is_late_or_due_today(as_, asked, outage):
    asked(outage, "Long ago", "eli", -3)
    asked(outage, "For this very day", "eli", 0)
    asked(outage, "In a few days", "eli", 3)
    assert 'My desk</span><span class="count">2</span>' in as_("eli").get("/").text


def test_what_is_done_removed_or_closed_leaves_the_desk(as_, session, asked, outage, migration):
    asked(migration, "Closed with the rest", "eli", 0)
    removed = asked(outage, "Not wanted any more", "eli", 0)
    done = asked(outage, "Just finished", "eli", 0)
    migration.closed_at = removed.removed_at = now()
    session.add_all([migration, removed])
    session.commit()
    as_("eli").post(f"/escalations/{outage.key}/actions/{done.id}/completion", data={"next": "/"})
    page = as_("eli").get("/").text
    assert "Just finished" not in section(page, "today") and "Not wanted" not in page and "Closed with" not in page


def test_updates_that_are_due_stand_on_the_desk_of_those_who_take_part(as_, session, outage):
    session.get_one(Escalation, outage.id).next_update_due_at = now() - timedelta(minutes=40)
    session.commit()
    assert "Update to Acme Logistics" in section(as_("ben").get("/").text, "late")
    assert "Update to Acme Logistics" not in as_("eli").get("/").text


def test_what_waits_for_my_answer_and_what_waits_for_others(as_, session, asked, outage, people):
    proposed = asked(outage, "When suits you", "sue", 2, by="eli")
    declined = asked(outage, "Somebody please", "sue", 2, by="eli")
    asked(outage, "Quietly with Sue", "sue", 2, by="eli")
    session.viewer = people["sue"].viewer
    propose_date(session, outage, proposed, TODAY + timedelta(days=5), "Busy")
    decline(session, outage, declined)
    session.commit()
    page = as_("eli").get("/").text
    assert "When suits you" in section(page, "decide") and "Somebody please" in section(page, "decide")
    assert "Quietly with Sue" in section(page, "others") and "Quietly with Sue" not in section(page, "decide")
    # The escalation's owner hears of what needs a decision, and of nothing else of Eli's.
    of_owner = as_("ben").get("/").text
    assert "When suits you" in section(of_owner, "decide") and "Quietly with Sue" not in of_owner


def test_nothing_of_a_restricted_escalation_stands_on_the_desk_of_those_outside(as_, session, hidden, people):
    action = ActionItem(escalation_id=hidden.id, title="Keep this quiet", owner_id=people["ben"].id, due_on=TODAY)
    session.add(action)
    session.commit()
    page = as_("ben").get("/").text
    assert "Keep this quiet" not in page and "ACME-9XX" not in page


def test_todays_meetings_stand_beside_it(as_, session, outage):
    clock.set_clock("2026-11-26T12:00:00Z")
    at = now() + timedelta(minutes=1)
    session.add(Meeting(escalation_id=outage.id, title="Call 4", starts_at=at, ends_at=at, zone="UTC"))
    session.add(
        Meeting(
            escalation_id=outage.id,
            title="Next month",
            starts_at=at + timedelta(days=30),
            ends_at=at + timedelta(days=30, hours=1),
            zone="UTC",
        )
    )
    session.commit()
    beside = section(as_("ben").get("/").text, "meetings")
    assert "Call 4" in beside and "Next month" not in beside
    assert "Call 4" not in as_("sue").get("/").text


def test_tomorrow_s_meetings_and_one_that_was_begun_early_stand_beside_it(as_, session, outage):
    clock.set_clock("2026-11-26T12:00:00Z")
    start = now() + timedelta(hours=20)
    for title, days, state in (
        ("Tomorrow's call", 0, MeetingState.planned),
        ("Begun early", 0, MeetingState.running),
        ("In two days", 1, MeetingState.planned),
        ("Goes on and on", -2, MeetingState.running),
        ("Over long ago", -2, MeetingState.planned),
    ):
        at = start + timedelta(days=days)
        ends_at = at + timedelta(hours=1)
        session.add(
            Meeting(escalation_id=outage.id, title=title, starts_at=at, ends_at=ends_at, zone="UTC", state=state)
        )
    session.commit()
    shown = section(as_("ben").get("/").text, "meetings")
    assert shown.index("<b>Now</b>") < shown.index("Begun early") < shown.index("Tomorrow&#39;s call")
    assert shown.count(">tomorrow<") == 1 and "In two days" not in shown
    assert shown.count("<b>Now</b>") == 2 and "Goes on and on" in shown and "Over long ago" not in shown


def test_unread_topics_are_those_others_wrote_in_since_i_read(as_, session, outage, people):
    topic = Topic(escalation_id=outage.id, title="Last night’s run", started_by_id=people["ada"].id)
    session.add(topic)
    session.flush()
    session.add(Message(escalation_id=outage.id, topic_id=topic.id, author_id=people["ada"].id, text="It failed"))
    session.commit()
    assert "Last night’s run" in section(as_("ben").get("/").text, "unread")
    assert section(as_("ada").get("/").text, "unread") == ""
    session.add(
        ReadMark(
            person_id=people["ben"].id, topic_id=topic.id, escalation_id=outage.id, last_read_at=now() + timedelta(1)
        )
    )
    session.commit()
    assert section(as_("ben").get("/").text, "unread") == ""


def test_a_box_is_ticked_on_the_desk_and_one_stays_there(as_, asked, outage):
    action = asked(outage, "For this very day", "eli", 0)
    ben = as_("eli")
    (address,) = re.findall(r'action="([^"]+/completion)"', ben.get("/").text)
    assert action.id in address
    assert ben.post(address, data={"next": "/"}).headers["location"] == "/"
    assert "Undo" in ben.get("/").text


def test_a_full_desk_asks_the_database_no_more_than_an_empty_one(as_, engine, asked, outage):
    def count():
        return len(asked_for(engine, lambda: as_("eli").get("/")))

    empty = count()
    for number in range(30):
        asked(outage, f"Number {number}", "eli", number - 10)
    assert count() == empty


# The customer's people ------------------------------------------------------------------------------------------------


def test_a_guest_in_one_escalation_starts_in_it(as_):
    answer = as_("gus").get("/")
    assert answer.status_code == 303 and answer.headers["location"] == "/escalations/ACME-7K4"


def test_a_guest_in_several_chooses_and_sees_what_is_asked_of_them(as_, session, asked, people, outage, migration):
    session.add(
        Participation(
            escalation_id=migration.id,
            person_id=people["gus"].id,
            side=Side.guest,
            part=Part.contact,
            audience=Audience.shared,
        )
    )
    session.commit()
    asked(outage, "Send the night log", "gus", 2)
    asked(outage, "Secret plan of attack", "ben", 2)
    page = as_("gus").get("/").text
    assert "Outage of the nightly import" in page and "Migration stalls" in page and "Send the night log" in page
    assert "Secret plan" not in page and "nternal" not in page and "Globex" not in page


def test_a_guest_whose_only_escalation_is_closed_still_finds_it(as_, session, outage):
    session.get_one(Escalation, outage.id).closed_at = now()
    session.commit()
    page = as_("gus").get("/").text
    assert "Outage of the nightly import" in page and "Closed" in page


def test_a_guest_who_takes_part_in_nothing_any_more_is_told_so(as_, session, people, outage):
    place = session.get_one(Participation, (outage.id, people["gus"].id))
    place.ended_at = now()
    session.add(place)
    session.commit()
    page = as_("gus").get("/").text
    assert "Nothing is open for you here" in page and "Outage" not in page
