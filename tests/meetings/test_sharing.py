"""What the customer reads of a meeting, and what stays with us."""

import pytest
from sqlmodel import select

from app.access.participation import Audience, Participation, Reader
from app.access.viewer import SYSTEM
from app.action_items.adding import add_action
from app.action_items.sources import find_source
from app.concerns.raising import reword
from app.concerns.sharing import share, withdraw
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.meetings.agenda import writing
from app.meetings.agenda.deciding import record_decision, share_decision
from app.meetings.agenda.finding import items_of
from app.meetings.agenda.placing import move
from app.meetings.agenda.writing import add_item
from app.meetings.models import AgendaItem, Decision, Invitation, Meeting, Note, NoteVersion
from app.meetings.planning import change_meeting, plan_meeting
from app.meetings.running import end, start
from app.meetings.sharing import share_item, share_meeting, shared_by_default, withdraw_meeting
from app.outbox.models import Letter
from app.outbox.sending import send_due
from app.timeline.models import Pulse, TimelineEntry
from tests.meetings.conftest import HOME

SECRET = "Their admin breaks it himself"


@pytest.fixture
def inside(ben, outage, concerns, plan):
    """A meeting of our own."""
    meeting = plan_meeting(ben, outage, plan(title="Pre-brief about their admin"))
    ben.commit()
    return meeting


def test_a_meeting_is_ours_until_it_is_shared(as_, inside, session, looking_as):
    assert "Pre-brief" not in as_("gus").get(HOME).text
    assert as_("gus").get(f"{HOME}/{inside.id}").status_code == 404
    gus = looking_as("gus")
    for table in (Meeting, AgendaItem, Note, NoteVersion, Invitation):
        assert list(gus.exec(select(table))) == []
    assert "meeting_planned" not in set(gus.exec(select(TimelineEntry.kind)))


def test_the_step_before_sharing_names_the_readers_and_the_items(as_, inside):
    page = as_("ben").get(f"{HOME}/{inside.id}/sharing").text
    assert "Gil Reyes, Gus Meyer" in page
    ticked = page.split("These stay internal")[0]
    assert "The import stops at night" in ticked and SECRET not in ticked and SECRET in page


def test_sharing_opens_the_chosen_items_alone(as_, inside, ben):
    item = items_of(ben, inside)[0]
    ben.commit()
    answer = as_("ben").post(f"{HOME}/{inside.id}/sharing", data={"items": [item.id]})
    assert answer.status_code == 303
    page = as_("gus").get(f"{HOME}/{inside.id}").text
    assert item.title in page and "We hear it from our drivers" not in page and SECRET not in page
    assert "nternal" not in page and "Shared with" not in page


def test_what_comes_from_something_internal_cannot_be_shared(as_, inside, ben):
    secret = items_of(ben, inside)[2]
    ben.commit()
    page = as_("ben").post(f"{HOME}/{inside.id}/sharing", data={"items": [secret.id]})
    assert page.status_code == 422 and "something internal" in page.text
    assert as_("gus").get(f"{HOME}/{inside.id}").status_code == 404


def test_words_of_a_concern_from_before_it_was_shared_are_not_ticked(ben, outage, concerns, inside):
    _, _, secret = concerns
    reword(ben, secret, "Settings change at night", "")
    share(ben, outage, secret)
    items = items_of(ben, inside)
    assert {item.title for item in items if item.id in shared_by_default(ben, items)} == {
        "The import stops at night",
        "We hear it from our drivers",
    }


def test_withdrawing_takes_everything_back_and_sharing_again_brings_it_back(as_, ben, outage, call, at, looking_as):
    decision = record_decision(ben, call, "Release by 04:30", item=items_of(ben, call)[0], audience=Audience.shared)
    ben.commit()
    assert decision.text in as_("gus").get(at).text
    withdraw_meeting(ben, call)
    ben.commit()
    assert as_("gus").get(at).status_code == 404
    gus = looking_as("gus")
    for table in (Meeting, AgendaItem, Note, Invitation, Decision):
        assert list(gus.exec(select(table))) == []
    kinds = gus.exec(select(TimelineEntry.kind).where(TimelineEntry.subject_kind.in_(["meeting", "agenda_item"])))
    assert set(kinds) == set()
    share_meeting(ben, outage, call, shared_by_default(ben, items_of(ben, call)))
    ben.commit()
    assert as_("gus").get(at).status_code == 200


def test_an_item_of_a_concern_that_was_withdrawn_loses_its_words_for_the_customer(as_, ben, outage, call, at, concerns):
    withdraw(ben, outage, concerns[0])
    ben.commit()
    for page in (at, f"{at}/print", f"{at}/invitation.ics"):
        assert "import stops at night" not in as_("gus").get(page).text
    assert "no longer shared" in as_("gus").get(at).text
    assert "import stops at night" in as_("ben").get(at).text
    assert "import stops at night" not in as_("ben").get(f"{at}/print?edition=customer").text


def test_the_edition_for_the_customer_holds_what_is_shared_and_nothing_else(as_, ben, outage, call, at):
    items = items_of(ben, call)
    record_decision(ben, call, "We say nothing of the admin", item=items[2])
    record_decision(ben, call, "Release by 04:30", item=items[0], audience=Audience.shared)
    add_action(
        ben, outage, title="Look into their admin", source=find_source(ben, outage, f"agenda_item:{items[0].id}")
    )
    ben.commit()
    own, theirs = as_("ben").get(f"{at}/print").text, as_("ben").get(f"{at}/print?edition=customer").text
    assert SECRET in own and "nothing of the admin" in own and "Look into their admin" in own
    assert "admin" not in theirs and "Release by 04:30" in theirs
    assert "admin" not in as_("gus").get(f"{at}/print").text


def test_an_internal_meeting_has_no_edition_for_the_customer(as_, inside):
    assert as_("ben").get(f"{HOME}/{inside.id}/print?edition=customer").status_code == 409


def test_a_decision_about_something_internal_stays_internal(ben, call):
    secret = items_of(ben, call)[2]
    with pytest.raises(Refused):
        record_decision(ben, call, "Keep quiet", item=secret, audience=Audience.shared)
    decision = record_decision(ben, call, "Keep quiet", item=secret)
    with pytest.raises(Refused):
        share_decision(ben, call, secret, decision)


def test_an_item_written_by_hand_is_shared_on_its_own(as_, ben, call, at):
    item = add_item(ben, call, "Who calls the shippers")
    ben.commit()
    assert item.title not in as_("gus").get(at).text
    share_item(ben, call, item)
    ben.commit()
    assert item.title in as_("gus").get(at).text


def test_guests_invited_are_the_readers_of_its_recording_and_colleagues_become_known(ben, outage, people, plan):
    meeting = plan_meeting(ben, outage, plan(people={people[nick].id for nick in ("eli", "gus")}))
    readers = set(ben.exec(select(Reader.person_id).where(Reader.group_id == meeting.id)))
    assert readers == {people["gus"].id}
    assert ben.get(Participation, (outage.id, people["eli"].id)) is None
    share_meeting(ben, outage, meeting, set())
    assert ben.get_one(Participation, (outage.id, people["eli"].id)).audience == "shared"


def test_letters_go_to_our_people_at_once_and_to_the_customers_when_it_is_shared(ben, outage, people, inside):
    def told():
        return set(ben.exec(select(Letter.recipient_id).where(Letter.kind == "meeting_invitation")))

    assert told() == {people["ben"].id}
    share_meeting(ben, outage, inside, set())
    assert told() == {people[nick].id for nick in ("ben", "gus", "gil")}


def test_what_was_carried_on_is_withdrawn_with_what_it_was_carried_from(as_, ben, outage, call, plan):
    item = add_item(ben, call, "Who calls the shippers", audience=Audience.shared)
    later = [plan_meeting(ben, outage, plan(days)) for days in (2, 3)]
    for meeting in later:
        share_meeting(ben, outage, meeting, set())
    for meeting in (call, later[0]):
        start(ben, meeting)
        end(ben, outage, meeting)
    ben.commit()
    pages = [f"{HOME}/{meeting.id}" for meeting in (call, *later)]
    assert all(item.title in as_("gus").get(page).text for page in pages)
    answer = as_("ben").post(f"{pages[0]}/items/{item.id}/withdrawal", follow_redirects=True)
    assert "nor what was carried on from it" in answer.text
    assert not any(item.title in as_("gus").get(page).text for page in pages)
    ben.refresh(item)
    share_item(ben, call, item)
    ben.commit()
    assert [item.title in as_("gus").get(page).text for page in pages] == [True, False, False]


def test_a_meeting_that_is_withdrawn_takes_along_what_was_carried_on_from_it(as_, ben, outage, call, plan):
    item = add_item(ben, call, "Who calls the shippers", audience=Audience.shared)
    following = plan_meeting(ben, outage, plan(2))
    share_meeting(ben, outage, following, set())
    start(ben, call)
    end(ben, outage, call)
    withdraw_meeting(ben, call)
    ben.commit()
    page = as_("gus").get(f"{HOME}/{following.id}")
    assert page.status_code == 200 and item.title not in page.text


def test_no_guest_can_count_what_is_ours_on_an_agenda_by_filling_it(as_, ben, call, at, monkeypatch):
    monkeypatch.setattr(writing, "MOST_ITEMS", 6)
    for number in range(3):
        add_item(ben, call, f"Ours {number}")
    ben.commit()
    accepted = 0
    while as_("gus").post(f"{at}/items", data={"title": f"Theirs {accepted}"}).status_code == 303:
        accepted += 1
    assert accepted == 6 - 2, "two shared concerns stand on it already"
    assert "agenda is full" in as_("gus").post(f"{at}/items", data={"title": "One more"}).text


def test_moving_something_past_what_is_ours_alone_is_told_to_nobody_else(ben, call, ask):
    def told():
        return ask(select(Pulse.shared_number).where(Pulse.topic == f"escalation:{call.escalation_id}"))

    first, second, secret = items_of(ben, call)
    ben.commit()
    before = told()
    move(ben, call, second.id, "")
    ben.commit()
    assert told() == before and [item.id for item in items_of(ben, call)] == [first.id, secret.id, second.id]
    move(ben, call, second.id, first.id)
    ben.commit()
    assert told() != before


def test_a_letter_names_no_item_whose_words_are_no_longer_shared(
    ben, settings, mailbox, outage, call, concerns, plan, people
):
    withdraw(ben, outage, concerns[0])
    change_meeting(ben, outage, call, plan(3))
    ben.commit()
    ben.viewer = SYSTEM
    send_due(ben, settings.model_copy(update={"smtp_url": mailbox.url}), now())
    letters = [str(letter) for letter in mailbox.to(people["gus"].email)]
    assert letters and not any("import stops at night" in letter for letter in letters)
