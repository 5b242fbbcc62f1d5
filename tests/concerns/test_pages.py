"""The pages of concerns: who reads what, and what becomes of a mistake."""

import pytest
from sqlmodel import select

from app.concerns.answering import answer_concern
from app.concerns.finding import find_concern
from app.concerns.models import Concern, ConcernInside, CustomerWord, TrackerLink, WorkState
from app.concerns.remarking import remark
from app.concerns.tracking import add_tracker
from app.escalations.opening import close
from tests.statements import asked_for

LIST = "/escalations/ACME-7K4/concerns"
OURS = [
    "contract may lapse",
    "Our order",
    "our-order",
    "Sue on the phone",
    "IMP-2291",
    "tracker",
    "Internal",
    "with us",
]


@pytest.fixture
def told(worries, act, outage):
    """The first concern with an answer for the customer and everything that is for us alone."""
    with act("ben") as ben:
        concern = find_concern(ben, outage, worries.twice.id)
        answer_concern(ben, concern, CustomerWord.fix_in_test, "It is being tried tonight.", None)
        remark(ben, concern, WorkState.testing, "Sue on the phone: they are angry")
        add_tracker(ben, concern, "https://tracker.example/browse/IMP-2291", "")
    return concern


def test_guests_read_their_own_order_and_nothing_of_ours(told, worries, as_):
    for url in (LIST, f"{LIST}?order=ours", f"{LIST}/{told.id}", f"{LIST}/new"):
        page = as_("gus").get(url)
        assert page.status_code == 200
        assert [word for word in OURS if word in page.text] == []
    page = as_("gus").get(f"{LIST}/{told.id}").text
    assert "Fix in test" in page and "It is being tried tonight." in page and "Ben Okafor" in page
    assert "Invoices go out twice" in as_("gil").get(LIST).text


def test_staff_read_both_orders_and_what_is_for_us(told, worries, as_):
    page = as_("ada").get(LIST).text
    assert "Invoices go out twice" in page and "Their contract may lapse" in page and "Our order" in page
    page = as_("ada").get(f"{LIST}/{told.id}").text
    assert "Sue on the phone" in page and 'href="https://tracker.example/browse/IMP-2291"' in page
    assert "Shared with Acme Logistics · 2 people" in page and f"/actions/new?from=concern:{told.id}" in page


@pytest.mark.parametrize("nick", ["eve", "gwen"])
def test_strangers_and_the_customers_other_people_are_told_nothing(nick, worries, as_):
    key = "ACME-7K4"
    for url in ("", f"/{worries.twice.id}", f"/{worries.internal.id}", "/new", f"/{worries.twice.id}/sharing"):
        assert as_(nick).get(f"/escalations/{key}/concerns{url}").status_code == 404
    for url in ("", "/order", "/our-order", f"/{worries.twice.id}/words", f"/{worries.twice.id}/sharing"):
        assert as_(nick).post(f"/escalations/{key}/concerns{url}", data={"words": "mine"}).status_code == 404


def test_an_internal_concern_is_absent_for_guests_by_its_address_too(worries, as_):
    absent = as_("gus").get(f"{LIST}/0123456789abcdef")
    hidden = as_("gus").get(f"{LIST}/{worries.internal.id}")
    assert absent.status_code == hidden.status_code == 404
    assert as_("gus").post(f"{LIST}/{worries.internal.id}/words", data={"words": "mine"}).status_code == 404
    assert as_("gus").get(f"{LIST}/new?from=concern:{worries.internal.id}").status_code == 404


def test_a_concern_of_another_escalation_is_not_found_here(worries, as_):
    wrong = f"{LIST}/{worries.other.id}"
    assert as_("ada").get(wrong).status_code == 404
    for end, data in {
        "/words": {"words": "Hello"},
        "/answer": {"word": "received"},
        "/owner": {"owner_id": "x"},
        "/inside": {"state": "done"},
        "/trackers": {"url": "https://tracker.example"},
        "/sharing": {},
        "/withdrawal": {},
        "/resolution": {},
        "/reopening": {},
    }.items():
        assert as_("ada").post(wrong + end, data=data).status_code == 404
    for order in ("order", "our-order"):
        assert as_("ada").post(f"{LIST}/{order}", data={"moved": worries.other.id}).status_code == 404


def test_what_is_for_staff_alone_does_not_exist_for_guests(told, as_):
    for end in ("answer", "owner", "inside", "trackers", "sharing", "withdrawal", "resolution", "reopening"):
        assert as_("gus").post(f"{LIST}/{told.id}/{end}", data={"word": "received"}).status_code == 404
    assert as_("gus").post(f"{LIST}/our-order", data={"moved": told.id}).status_code == 404


def test_gus_raises_a_concern_and_both_sides_read_it_at_once(as_, session, outage):
    said = as_("gus").post(
        LIST, data={"words": "  Files are missing ", "details": "Since noon", "audience": "internal"}
    )
    assert said.status_code == 303
    concern = session.exec(select(Concern)).one()
    session.commit()
    assert concern.words == "Files are missing" and concern.is_shared and concern.owner_id == outage.owner_id
    assert session.exec(select(ConcernInside)).all() == []
    session.commit()
    for nick in ("gil", "sue"):
        assert "Files are missing" in as_(nick).get(LIST).text


def test_a_colleagues_concern_is_internal_until_the_readers_were_named(as_, session):
    sent = as_("sue").post(LIST, data={"words": "Files are missing", "audience": "shared"})
    concern = session.exec(select(Concern)).one()
    session.commit()
    assert sent.headers["location"] == f"{LIST}/{concern.id}/sharing" and not concern.is_shared
    asked = as_("sue").get(sent.headers["location"]).text
    assert "Share this with Acme Logistics · 2 people?" in asked and "Gil Reyes, Gus Meyer" in asked
    assert as_("gus").get(f"{LIST}/{concern.id}").status_code == 404
    assert as_("sue").post(f"{LIST}/{concern.id}/sharing").status_code == 303
    assert "Files are missing" in as_("gus").get(f"{LIST}/{concern.id}").text


def test_withdrawing_takes_it_from_guests_with_all_that_was_told_of_it_and_undo_brings_it_back(told, as_):
    assert "answered" in as_("gus").get(f"{LIST}/{told.id}").text
    gone = as_("ben").post(f"{LIST}/{told.id}/withdrawal")
    assert gone.status_code == 303
    assert as_("gus").get(f"{LIST}/{told.id}").status_code == 404
    assert "Invoices go out twice" not in as_("gus").get(LIST).text
    assert f'action="{LIST}/{told.id}/sharing"' in as_("ben").get(f"{LIST}/{told.id}").text
    as_("ben").post(f"{LIST}/{told.id}/sharing")
    page = as_("gus").get(f"{LIST}/{told.id}").text
    assert "raised" in page and "answered" in page and "withdrew" not in page


def test_a_mistake_keeps_what_was_typed(told, as_):
    for nick in ("gus", "ben"):
        page = as_(nick).post(LIST, data={"words": " ", "details": "Since Tuesday, 200 a night", "audience": "shared"})
        assert page.status_code == 422
        assert "Fill this in." in page.text and "Since Tuesday, 200 a night" in page.text
    page = as_("ben").post(
        f"{LIST}/{told.id}/answer",
        data={"word": "not_planned", "answer": "", "available_on": "2026-12-01"},
    )
    assert page.status_code == 422 and "Say why, in words the customer can read." in page.text
    assert 'value="2026-12-01"' in page.text and '<details class="change" id="answer" open>' in page.text
    page = as_("ben").post(f"{LIST}/{told.id}/inside", data={"state": "nonsense", "remarks": "Call their board"})
    assert page.status_code == 422 and "Call their board" in page.text


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "tracker.example/IMP-1", "ftp://tracker.example/1", "https://me:secret@tracker.example/"],
)
def test_only_web_addresses_become_tracker_links(address, told, as_, session):
    page = as_("ben").post(f"{LIST}/{told.id}/trackers", data={"url": address, "label": "The story"})
    assert page.status_code == 422 and "The story" in page.text
    assert len(session.exec(select(TrackerLink)).all()) == 1


def test_a_tracker_link_is_removed_and_brought_back(told, as_, session):
    tracker = session.exec(select(TrackerLink)).one()
    session.commit()
    assert tracker.label == "IMP-2291"
    page = f"{LIST}/{told.id}"
    as_("ben").post(f"{page}/trackers/{tracker.id}/removal")
    assert "IMP-2291" not in as_("sue").get(page).text
    as_("ben").post(f"{page}/trackers/{tracker.id}/return")
    assert "IMP-2291" in as_("sue").get(page).text
    assert as_("ben").post(f"{page}/trackers/0123456789abcdef/removal").status_code == 404


def test_the_owner_of_a_shared_concern_is_known_to_the_customer_by_name(told, people, as_):
    page = f"{LIST}/{told.id}"
    assert "Eli Stone" not in as_("gus").get(page).text
    assert as_("ben").post(f"{page}/owner", data={"owner_id": people["eli"].id}).status_code == 303
    assert "Eli Stone" in as_("gus").get(page).text
    assert as_("ben").post(f"{page}/owner", data={"owner_id": people["gus"].id}).status_code == 422


def test_the_owner_of_an_internal_concern_is_introduced_when_it_is_shared(worries, people, as_):
    page = f"{LIST}/{worries.internal.id}"
    as_("ben").post(f"{page}/owner", data={"owner_id": people["eli"].id})
    assert "Eli Stone" not in as_("gus").get("/escalations/ACME-7K4/concerns").text
    as_("ben").post(f"{page}/sharing")
    assert "Eli Stone" in as_("gus").get(page).text


def test_a_guest_rewords_their_own_concern_until_it_is_answered(worries, told, as_):
    own, others = f"{LIST}/{worries.late.id}", f"{LIST}/{worries.credit.id}"
    assert as_("gus").post(f"{own}/words", data={"words": "It stops at three"}).status_code == 303
    assert "It stops at three" in as_("gil").get(LIST).text
    assert as_("gus").post(f"{others}/words", data={"words": "Mine"}).status_code == 403
    answered = as_("gus").post(f"{LIST}/{told.id}/words", data={"words": "Changed"})
    assert answered.status_code == 403 and "We have answered this already." in answered.text
    assert 'id="words"' in as_("gus").get(own).text and 'id="words"' not in as_("gus").get(others).text


def test_moving_by_button_or_by_drag_is_one_post(worries, as_):
    assert f'data-reorder="{LIST}/order"' in as_("gus").get(LIST).text
    moved = as_("gus").post(f"{LIST}/order", data={"moved": worries.credit.id, "before": worries.twice.id})
    assert moved.headers["location"] == LIST
    for nick in ("gil", "ben"):
        page = as_(nick).get(LIST).text
        assert page.index("Credit notes are missing") < page.index("Invoices go out twice")
        assert "Gus Meyer</b> moved" in page and "from 3 to 1" in page
    ours = as_("ben").post(f"{LIST}/our-order", data={"moved": worries.late.id, "before": worries.twice.id})
    assert ours.headers["location"] == f"{LIST}?order=ours"
    page = as_("ada").get(f"{LIST}?order=ours").text
    assert page.index("The import stops at two") < page.index("Invoices go out twice")
    assert "Ben Okafor</b> moved" in page
    assert "Ben Okafor</b> moved" not in as_("gus").get(LIST).text


def test_an_order_that_changed_meanwhile_comes_back_with_a_sentence(worries, as_):
    as_("ben").post(f"{LIST}/{worries.twice.id}/withdrawal")
    page = as_("gus").post(f"{LIST}/order", data={"moved": worries.credit.id, "before": worries.twice.id})
    assert page.status_code == 422 and "The order changed while you were moving this." in page.text


def test_resolving_and_reopening(told, as_):
    assert as_("ben").post(f"{LIST}/{told.id}/resolution").status_code == 303
    page = as_("gus").get(LIST).text
    assert page.index("Resolved") < page.index("Invoices go out twice")
    as_("ben").post(f"{LIST}/{told.id}/reopening")
    assert ">Resolved<" not in as_("gus").get(LIST).text


def test_a_closed_escalation_is_read_and_not_written(told, worries, as_, act, outage):
    with act("ada") as ada:
        close(ada, ada.merge(outage))
    for nick in ("gus", "ben"):
        assert as_(nick).get(f"{LIST}/{told.id}").status_code == 200
        assert as_(nick).post(LIST, data={"words": "One more"}).status_code == 403
        assert as_(nick).post(f"{LIST}/order", data={"moved": told.id}).status_code == 403
        page = as_(nick).get(LIST).text
        assert f"{LIST}/new" not in page and f'data-reorder="{LIST}' not in page and "data-grip" not in page
    for end in ("answer", "owner", "inside", "trackers", "sharing", "withdrawal", "resolution"):
        assert as_("ben").post(f"{LIST}/{told.id}/{end}").status_code == 403


def test_a_concern_knows_what_it_was_raised_from(worries, as_, session):
    origin = f"concern:{worries.twice.id}"
    assert f'value="{origin}"' in as_("gus").get(f"{LIST}/new?from={origin}").text
    as_("gus").post(LIST, data={"words": "And refunds too", "origin": origin})
    raised = session.exec(select(Concern).where(Concern.words == "And refunds too")).one()
    session.commit()
    assert "Came from" in as_("gil").get(f"{LIST}/{raised.id}").text
    assert "Led to" in as_("gil").get(f"{LIST}/{worries.twice.id}").text


def test_the_number_of_statements_does_not_grow_with_the_concerns(told, worries, as_, engine):
    pages = (LIST, f"{LIST}?order=ours", f"{LIST}/{told.id}")
    few = [_statements(engine, as_("ben"), page) for page in pages]
    for number in range(5):
        as_("gus").post(LIST, data={"words": f"Worry {number}"})
    assert [_statements(engine, as_("ben"), page) for page in pages] == few
    assert max(few) <= 20 and few[0] <= 12


def _statements(engine, browser, url):
    return len(asked_for(engine, lambda: browser.get(url).raise_for_status()))


def test_an_address_nobody_made_shows_the_list_from_its_start(worries, as_):
    assert as_("ben").get(f"{LIST}?before=yesterday").status_code == 200
    assert as_("gus").get(f"{LIST}?order=nonsense").status_code == 200
