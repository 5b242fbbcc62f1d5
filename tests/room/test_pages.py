"""The escalation's own page, as each side meets it."""

from datetime import timedelta

from app.access.participation import Audience
from app.action_items.models import ActionItem, ActionState
from app.escalations.facts import SeverityChanged
from app.foundation.clock import now, today
from app.meetings.models import Meeting, MeetingState
from app.timeline.recording import record
from tests.statements import asked_for


def test_our_people_read_the_vitals_and_guests_do_not(as_, outage):
    ours, theirs = as_("ben").get(outage.url).text, as_("gus").get(outage.url).text
    assert "Health" in ours and "Steady" in ours and outage.title in ours
    assert outage.title in theirs
    for word in ("Health", "Timeline", "Severity"):
        assert word not in theirs


def test_a_stranger_finds_nothing_under_an_escalations_address(as_, outage):
    answer = as_("eve").get(outage.url)
    assert answer.status_code == 404 and outage.title not in answer.text


def test_guests_read_the_four_answers(as_, session, people, outage):
    session.viewer = people["ben"].viewer
    session.add(
        ActionItem(escalation_id=outage.id, title="Send the list", owner_id=people["gus"].id, audience=Audience.shared)
    )
    session.add(ActionItem(escalation_id=outage.id, title="Check our logs", owner_id=people["ben"].id))
    session.commit()
    page = as_("gus").get(outage.url).text
    for question in (
        "Who owns this?",
        "What is being done now?",
        "When do I hear next?",
        "What do you need from me?",
    ):
        assert question in page
    assert "Ben Okafor" in page and "One thing" in page and "Send the list" in page
    assert "Check our logs" not in page
    assert "Nothing right now" in as_("gil").get(outage.url).text
    assert "and by mail" not in page and f'{outage.url}/discussion/new#compose">Write to Ben' in page


def test_a_date_a_guest_proposed_waits_for_us(as_, session, people, outage):
    day = today("UTC") + timedelta(days=9)
    wanted = {"owner_id": people["gus"].id, "audience": Audience.shared, "due_on": today("UTC")}
    session.add(ActionItem(escalation_id=outage.id, title="Send the list", proposed_due_on=day, **wanted))
    session.commit()
    page = as_("gus").get(outage.url).text
    assert "Waiting for Ben: you proposed" in page and "Nothing right now" in page and ">Answer<" not in page
    night = ActionItem(escalation_id=outage.id, title="Name the night", **wanted)
    session.add(night)
    session.commit()
    page = as_("gus").get(outage.url).text
    assert "One thing" in page and page.count(">Answer<") == 1 and "Waiting for Ben" in page
    night.state = ActionState.accepted
    session.add(night)
    session.commit()
    page = as_("gus").get(outage.url).text
    assert ">Answer<" not in page and page.count(">Mark done<") == 1


def test_our_overview_names_what_is_next_and_who_reads(as_, outage):
    page = as_("ben").get(outage.url).text
    assert "Next update to Acme Logistics" in page and "2 people read here" in page and "Gil Reyes" in page


def test_closing_counts_what_is_open_even_what_one_cannot_see(as_, session, people, outage):
    session.add(ActionItem(escalation_id=outage.id, title="Check our logs", owner_id=people["ben"].id))
    session.commit()
    assert "1 action" in as_("ben").get(outage.url + "/closure").text
    closed = as_("ben").post(outage.url + "/closure")
    assert closed.status_code == 303
    assert "This is closed" in as_("gus").get(outage.url).text
    assert as_("ben").post(outage.url + "/closure").status_code == 403
    assert as_("ben").post(outage.url + "/closure/removal").status_code == 303
    assert "This is closed" not in as_("gus").get(outage.url).text


def test_guests_neither_close_nor_reopen(as_, outage):
    for path in ("/closure", "/closure/removal"):
        assert as_("gus").post(outage.url + path).status_code == 404
    assert as_("gus").get(outage.url + "/closure").status_code == 404


def test_a_running_meeting_comes_first_for_our_people(as_, session, outage):
    beginning = now() - timedelta(minutes=5)
    for title, state in (("Planned call", "planned"), ("Call on now", "running")):
        session.add(
            Meeting(
                escalation_id=outage.id,
                title=title,
                starts_at=beginning,
                ends_at=beginning + timedelta(hours=1),
                zone="Europe/Berlin",
                state=MeetingState(state),
            )
        )
    session.commit()
    following = as_("ben").get(outage.url).text.split('id="next-title"')[1]
    assert following.index("Call on now") < following.index("Planned call") and ">Join<" in following
    theirs = as_("gus").get(outage.url).text
    assert "Call on now" not in theirs and "No meeting is planned" in theirs


def test_the_overview_asks_a_fixed_number_of_questions(as_, session, engine, people, outage):
    """However much there is of everything: a list that asks once for each row shows here."""

    def count() -> int:
        return len(asked_for(engine, lambda: as_("ben").get(outage.url).raise_for_status()))

    few = count()
    for number in range(30):
        session.add(ActionItem(escalation_id=outage.id, title=f"Action {number}", owner_id=people["gil"].id))
        session.add(Meeting(escalation_id=outage.id, title="A call", starts_at=now(), ends_at=now(), zone="UTC"))
        record(session, outage.id, SeverityChanged(before="high", after="critical"), outage)
    session.commit()
    assert count() <= few + 3 and few < 24  # what was empty before is looked into once


def test_a_call_that_begins_soon_stays_in_what_is_next_however_much_is_late(as_, session, people, outage):
    at = now() + timedelta(minutes=5)
    session.add(Meeting(escalation_id=outage.id, title="The call", starts_at=at, ends_at=at, zone="UTC"))
    for number in range(6):
        due_on = today("UTC") - timedelta(days=number + 1)
        session.add(
            ActionItem(escalation_id=outage.id, title=f"Late {number}", owner_id=people["ben"].id, due_on=due_on)
        )
    session.commit()
    page = as_("ben").get(outage.url).text
    coming = page[page.index('id="next"') : page.index('id="stands"')]
    assert "The call" in coming and "Write update" in coming and "Late 5" in coming and coming.count("<li>") == 4


def test_the_next_update_stays_in_what_is_next_however_much_comes_before_it(as_, session, people, outage):
    session.viewer = people["ben"].viewer
    outage.next_update_due_at = now() + timedelta(days=9)
    session.add(outage)
    for number in range(5):
        due_on = today("UTC") + timedelta(days=number)
        session.add(
            ActionItem(escalation_id=outage.id, title=f"Act {number}", owner_id=people["ben"].id, due_on=due_on)
        )
    session.commit()
    page = as_("ben").get(outage.url).text
    coming = page[page.index('id="next"') : page.index('id="stands"')]
    assert "Write update" in coming and "Act 0" in coming and coming.count("<li>") == 4
