"""The pages of actions, as the team, the customer's people and a stranger meet them."""

import re
from datetime import timedelta

import pytest
from sqlmodel import SQLModel, select

from app.access.participation import Audience
from app.action_items.adding import add_action
from app.action_items.models import ActionItem, ActionSource
from app.action_items.sources import find_source
from app.foundation.clock import now, today
from app.foundation.ids import new_id

HOME = "/escalations/ACME-7K4/actions"
SOON = today("UTC") + timedelta(days=3)


@pytest.fixture
def actions(session, outage, people):
    """Four of them: internal, shared with Ben, asked of Gus from an internal source, and one done."""
    session.viewer = people["ben"].viewer
    internal = add_action(session, outage, title="Secret plan of attack", owner_id=people["ben"].id)
    ours = add_action(
        session, outage, title="Call on Monday", owner_id=people["ben"].id, due_on=SOON, audience=Audience.shared
    )
    source = find_source(session, outage, f"action_item:{internal.id}")
    theirs = add_action(
        session, outage, title="Send the night log", owner_id=people["gus"].id, due_on=SOON, source=source
    )
    session.commit()
    return {"internal": internal.id, "ours": ours.id, "theirs": theirs.id}


def test_a_stranger_finds_nothing(as_, actions):
    for path in ("", "/new", f"/{actions['theirs']}", f"/{actions['internal']}"):
        assert as_("eve").get(HOME + path).status_code == 404
    for act in ("acceptance", "proposal", "agreement", "refusal", "completion", "reopening", "removal"):
        assert as_("eve").post(f"{HOME}/{actions['theirs']}/{act}").status_code == 404
    assert as_("eve").post(HOME, data={"title": "Let me in"}).status_code == 404


def test_a_guest_reads_what_is_shared_and_nothing_of_the_rest(as_, actions):
    page = as_("gus").get(HOME).text
    assert "Send the night log" in page and "Call on Monday" in page
    assert "Secret plan" not in page and "nternal" not in page and "Shared with" not in page
    assert as_("gus").get(f"{HOME}/{actions['internal']}").status_code == 404


def test_counts_in_the_tabs_are_of_what_the_reader_sees(as_, actions):
    def count(nick):
        return re.findall(r'Open <span class="num">(\d+)', as_(nick).get(HOME).text)

    assert count("ben") == ["3"] and count("gus") == ["2"]


def test_the_source_shows_to_those_who_may_see_it(as_, actions, session):
    assert "Secret plan of attack" in as_("ben").get(f"{HOME}/{actions['theirs']}").text
    page = as_("gus").get(f"{HOME}/{actions['theirs']}").text
    assert "Secret plan" not in page and "<dt>From</dt>" not in page
    assert session.exec(select(ActionSource.audience)).one() is Audience.internal


def test_a_source_that_is_unseen_elsewhere_or_unknown_is_no_source(as_, actions, session, elsewhere):
    other = add_action(session, elsewhere, title="Of another customer")
    session.commit()
    # A record of this escalation the guest may see, and four names that lead to nothing, whoever asks.
    assert "Call on Monday" in as_("gus").get(f"{HOME}/new?from=action_item:{actions['ours']}").text
    nothing = as_("gus").get(f"{HOME}/new?from=action_item:{new_id()}").text
    for name in (f"action_item:{actions['internal']}", f"action_item:{other.id}", "password:x", "nonsense"):
        assert as_("gus").get(f"{HOME}/new?from={name}").text == nothing
    for table in SQLModel.metadata.tables:
        answer = as_("gus").get(f"{HOME}/new?from={table}:{new_id()}")
        assert answer.status_code == 200 and answer.text == nothing, table
    assert "Of another customer" not in as_("ben").get(f"{HOME}/new?from=action_item:{other.id}").text


def test_an_action_keeps_where_it_came_from(as_, actions, session):
    form = {"title": "Follow up on it", "source": f"action_item:{actions['ours']}"}
    address = as_("gus").post(HOME, data=form).headers["location"]
    assert "Call on Monday" in as_("gil").get(address).text


def test_a_guest_who_names_an_unseen_source_writes_an_action_without_one(as_, actions, session):
    form = {"title": "Follow up on it", "source": f"action_item:{actions['internal']}"}
    address = as_("gus").post(HOME, data=form).headers["location"]
    added = address.rpartition("/")[2]
    assert list(session.exec(select(ActionSource).where(ActionSource.action_id == added))) == []


def test_asking_a_guest_names_the_customer_first_and_shares_on_a_second_word(as_, session, people):
    form = {"title": "Send the log", "owner_id": people["gus"].id}
    first = as_("ben").post(HOME, data=form)
    assert first.status_code == 422 and "this shares the action with Acme Logistics" in first.text
    assert 'value="Send the log"' in first.text
    assert list(session.exec(select(ActionItem))) == []
    session.commit()
    assert as_("ben").post(HOME, data=form | {"confirmed": "yes"}).status_code == 303
    assert "Send the log" in as_("gil").get(HOME).text


def test_handing_an_internal_action_to_a_guest_asks_first(as_, actions, people):
    address = f"{HOME}/{actions['internal']}"
    form = {"title": "Secret plan of attack", "owner_id": people["gil"].id}
    assert "this shares the action with Acme Logistics" in as_("ben").post(address, data=form).text
    assert as_("gil").get(address).status_code == 404
    as_("ben").post(address, data=form | {"confirmed": "yes"})
    assert as_("gil").get(address).status_code == 200


def test_a_mistake_comes_back_with_everything_that_was_typed(as_):
    answer = as_("ben").post(HOME, data={"title": "ab", "details": "Kept as typed", "due_on": "someday"})
    assert answer.status_code == 422
    assert "Kept as typed" in answer.text and "Choose a date." in answer.text


def test_an_owner_who_is_not_to_be_asked_is_refused_in_place(as_, people):
    for nick, stranger in (("ben", "eve"), ("gus", "sue")):
        answer = as_(nick).post(HOME, data={"title": "Look at this", "owner_id": people[stranger].id})
        assert answer.status_code == 422 and "Choose one of the people listed." in answer.text


def test_a_guest_chooses_among_people_they_know_here(as_):
    page = as_("gus").get(f"{HOME}/new").text
    assert "Ben Okafor" in page and "Gil Reyes" in page
    assert "Sue Park" not in page and "Gwen Holt" not in page and "Who can read this" not in page


def test_the_owner_finds_the_three_answers_on_the_page_and_others_do_not(as_, actions):
    address = f"{HOME}/{actions['theirs']}"
    page = as_("gus").get(address).text
    assert "Accept, by" in page and "Propose another date" in page and "Not me" in page
    assert "Your answer" not in as_("ben").get(address).text and "Your answer" not in as_("gil").get(address).text


def test_a_proposal_is_made_seen_and_agreed_to(as_, actions):
    address, later = f"{HOME}/{actions['theirs']}", SOON + timedelta(days=2)
    wrong = as_("gus").post(f"{address}/proposal", data={"proposed_on": later.isoformat(), "words": ""})
    assert wrong.status_code == 422 and later.isoformat() in wrong.text
    as_("gus").post(f"{address}/proposal", data={"proposed_on": later.isoformat(), "words": "Closed on Friday"})
    page = as_("ben").get(address).text
    assert "Closed on Friday" in page and "Gus Meyer proposes" in page
    assert as_("gil").post(f"{address}/agreement").status_code == 403
    assert as_("ben").post(f"{address}/agreement").status_code == 303
    assert "Gus Meyer proposes" not in as_("ben").get(address).text


def test_not_me_is_said_with_words(as_, actions):
    address = f"{HOME}/{actions['theirs']}"
    assert as_("gus").post(f"{address}/refusal", data={"words": "Gil has the keys"}).status_code == 303
    page = as_("ben").get(address).text
    assert "Gil has the keys" in page and "No owner" in page


def test_a_box_is_ticked_where_it_stands_and_can_be_unticked(as_, actions):
    ben, address = as_("ben"), f"{HOME}/{actions['ours']}"
    answer = ben.post(f"{address}/completion", data={"next": "/"})
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    assert "Call on Monday" in ben.get(f"{HOME}?show=done").text
    undo = f"{address}/reopening?next=/"
    assert undo in ben.get("/").text or ben.post(undo).headers["location"] == "/"
    ben.post(undo)
    assert "Call on Monday" in ben.get(HOME).text


def test_coming_back_never_leads_to_another_site(as_, actions):
    answer = as_("ben").post(f"{HOME}/{actions['ours']}/completion", data={"next": "//evil.example/"})
    assert answer.headers["location"] == f"{HOME}/{actions['ours']}"


def test_removing_is_undone_and_is_for_the_team(as_, actions):
    address = f"{HOME}/{actions['theirs']}"
    assert as_("gus").post(f"{address}/removal").status_code == 404
    assert as_("gus").get(f"{address}/edit").status_code == 404
    as_("ben").post(f"{address}/removal")
    assert as_("gus").get(address).status_code == 404
    as_("ben").post(f"{address}/restoration")
    assert as_("gus").get(address).status_code == 200


def test_an_action_of_one_escalation_does_not_open_under_another(as_, actions):
    assert as_("ben").get(f"/escalations/ACME-2M9/actions/{actions['ours']}").status_code == 404
    assert as_("ben").post(f"/escalations/ACME-2M9/actions/{actions['ours']}/completion").status_code == 404


def test_in_a_closed_escalation_everything_is_read_and_nothing_changed(as_, actions, session, outage):
    outage.closed_at = now()
    session.add(outage)
    session.commit()
    page = as_("ben").get(f"{HOME}/{actions['ours']}").text
    assert "Call on Monday" in page and "Mark done" not in page
    assert as_("ben").post(f"{HOME}/{actions['ours']}/completion").status_code == 403
    assert as_("ben").get(f"{HOME}/new").status_code == 403


def test_filters_show_mine_and_late(as_, session, outage, people):
    past = today("UTC") - timedelta(days=3)
    add_action(session, outage, title="Sue is late", owner_id=people["sue"].id, due_on=past)
    add_action(session, outage, title="Mine without a day", owner_id=people["ben"].id)
    session.commit()
    late, mine = as_("ben").get(f"{HOME}?show=late").text, as_("ben").get(f"{HOME}?show=mine").text
    assert "Sue is late" in late and "Mine without a day" not in late and ", late" in late
    assert "Mine without a day" in mine and "Sue is late" not in mine


@pytest.mark.parametrize("show", ["open", "late", "mine", "done"])
def test_an_empty_list_says_what_the_place_is_for(as_, show):
    assert 'class="empty"' in as_("ben").get(f"{HOME}?show={show}").text


def test_a_long_list_is_paged_by_key_without_missing_or_repeating(as_, session, outage):
    for number in range(120):
        due_on = SOON + timedelta(days=number // 7) if number < 100 else None
        session.add(ActionItem(escalation_id=outage.id, title=f"Number {number:03}", due_on=due_on))
    session.commit()
    seen, address = [], HOME
    while address:
        page = as_("ben").get(address).text
        seen += re.findall(r"plain clip\" href=\"[^\"]+\">Number (\d+)", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older.group(1).replace("&amp;", "&") if older else ""
    assert sorted(seen) == [f"{number:03}" for number in range(120)] and len(seen) == 120
    assert [int(number) for number in seen[100:]] and all(int(number) >= 100 for number in seen[100:])


def test_a_cursor_somebody_wrote_themselves_gives_the_first_page(as_, actions):
    for cursor in ("nonsense", "_", "2026-99-99_x"):
        assert "Call on Monday" in as_("ben").get(f"{HOME}?after={cursor}").text


def test_choosing_one_of_the_customers_people_says_that_it_is_shared(as_, people):
    page = as_("ben").get("/escalations/ACME-7K4/actions/new").text
    assert f'<option value="{people["gus"].id}" data-kind="guest">' in page
    assert f'<option value="{people["ben"].id}">' in page
    assert "What is asked of somebody of Acme Logistics is shared" in page and 'class="for-us"' in page
