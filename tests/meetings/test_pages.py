"""The pages of meetings, as the team, the customer's people and a stranger meet them."""

import re

from app.access.participation import Audience
from app.escalations.opening import close
from app.meetings.agenda.deciding import record_decision
from app.meetings.agenda.finding import items_of
from app.meetings.agenda.writing import add_item
from app.meetings.listing import next_meeting, panel
from app.meetings.models import AgendaItem
from app.meetings.planning import plan_meeting
from tests.filling import form_in
from tests.meetings.conftest import HOME
from tests.statements import asked_for


def test_a_stranger_finds_nothing(as_, at, ben, call):
    item = items_of(ben, call)[0]
    ben.commit()
    for path in ("", "/print", "/invitation.ics", "/edit", "/sharing", f"/items/{item.id}/edit"):
        assert as_("eve").get(at + path).status_code == 404
    for path in (
        "",
        "/start",
        "/ending",
        "/items",
        f"/items/{item.id}",
        f"/items/{item.id}/tick",
        "/decisions",
        "/order",
    ):
        assert as_("eve").post(at + path, data={"title": "Let me in"}).status_code == 404
    assert as_("eve").get(HOME).status_code == 404 and as_("gwen").get(at).status_code == 404


def test_empty_lists_say_what_they_are_for(as_):
    assert "The agenda writes itself" in as_("ben").get(HOME).text
    page = as_("gus").get(HOME).text
    assert "No meeting is planned" in page and "Plan a meeting" not in page
    assert "invited to no meeting" in as_("eli").get("/meetings").text


def test_one_sees_ones_own_meetings_of_all_escalations(as_, call, ben, migration, people, plan):
    plan_meeting(ben, migration, plan(title="Migration call", people={people["sue"].id}))
    ben.commit()
    assert call.title in as_("gus").get("/meetings").text and "Migration" not in as_("gus").get("/meetings").text
    assert call.title in as_("ben").get("/meetings").text and "Migration call" not in as_("ben").get("/meetings").text
    assert "Migration call" in as_("sue").get("/meetings").text


def test_a_guest_reads_the_agenda_in_the_words_for_them(as_, at):
    page = as_("gus").get(at).text
    assert "The import stops at night" in page and "Their admin" not in page
    assert "nternal" not in page and "Shared with" not in page and "Compose again" not in page


def test_a_guest_puts_an_item_on_the_agenda_and_changes_it_until_it_was_discussed(as_, at, order, session):
    gus = as_("gus")
    assert gus.post(f"{at}/items", data={"title": "Who calls the shippers", "planned_minutes": "4"}).status_code == 303
    mine = order("gus")[-1]
    assert "Added by Gus Meyer" in as_("ben").get(at).text
    assert session.get_one(AgendaItem, mine).is_shared
    session.commit()
    gus.post(f"{at}/items/{mine}", data={"title": "Who phones the shippers"})
    assert "Who phones the shippers" in as_("gil").get(at).text
    assert as_("gil").post(f"{at}/items/{mine}", data={"title": "Mine now"}).status_code == 404
    as_("ben").post(f"{at}/items/{mine}/tick")
    assert gus.post(f"{at}/items/{mine}/removal").status_code == 403


def test_a_guest_changes_nothing_of_ours(as_, at, order):
    first = order("gus")[0]
    gus = as_("gus")
    assert gus.post(f"{at}/items/{first}/removal").status_code == 403
    assert gus.get(f"{at}/items/{first}/edit").status_code == 404
    for path in ("order", "composition", f"items/{first}/tick", "decisions", "start", "cancellation", "withdrawal"):
        assert gus.post(f"{at}/{path}", data={"moved": first, "text": "Decided"}).status_code == 404


def test_an_internal_item_is_out_of_a_guests_reach_by_its_id(as_, at, ben, call):
    secret = items_of(ben, call)[2].id
    ben.commit()
    assert as_("gus").post(f"{at}/items/{secret}", data={"title": "Mine now"}).status_code == 404
    assert as_("gus").post(f"{at}/items/{secret}/removal").status_code == 404


def test_a_guest_cannot_add_to_an_internal_meeting(as_, ben, outage, plan):
    inside = plan_meeting(ben, outage, plan())
    ben.commit()
    assert as_("gus").post(f"{HOME}/{inside.id}/items", data={"title": "Hello there"}).status_code == 404


def test_items_move_by_their_buttons_and_to_the_end(as_, at, order):
    first, second, third = order()
    as_("ben").post(f"{at}/order", data={"moved": second, "before": first})
    assert order() == [second, first, third]
    as_("ben").post(f"{at}/order", data={"moved": second, "before": ""})
    assert order() == [first, third, second]
    assert as_("ben").post(f"{at}/order", data={"moved": first, "before": "0123456789abcdef"}).status_code == 409


def test_ticking_goes_on_to_the_next_item_and_can_be_undone(as_, at, order):
    first, second, _ = order()
    answer = as_("ben").post(f"{at}/items/{first}/tick")
    assert answer.headers["location"] == f"{at}#item-{second}"
    assert 'class="vh">Discussed' in as_("gus").get(at).text
    as_("ben").post(f"{at}/items/{first}/untick")
    assert 'class="vh">Discussed' not in as_("gus").get(at).text


def test_an_item_taken_off_comes_back_with_its_notes(as_, at, order, call):
    first = order()[0]
    note = re.search(r"notes/(\w+)\"", as_("gus").get(at).text).group(1)
    as_("gus").post(f"{at}/notes/{note}", data={"text": "Do not lose me", "version": 0})
    as_("ben").post(f"{at}/items/{first}/removal")
    assert first not in order() and "Do not lose me" not in as_("gus").get(at).text
    as_("ben").post(f"{at}/items/{first}/restoration")
    assert first in order() and "Do not lose me" in as_("gus").get(at).text


def test_a_guest_brings_back_what_they_took_off_and_not_what_was_taken_off_them(as_, at, order):
    as_("gus").post(f"{at}/items", data={"title": "The invoices once more"})
    mine = order()[-1]
    as_("gus").post(f"{at}/items/{mine}/removal")
    assert as_("gus").post(f"{at}/items/{mine}/restoration").status_code == 303 and mine in order()
    as_("ben").post(f"{at}/items/{mine}/removal")
    assert as_("gus").post(f"{at}/items/{mine}/restoration").status_code == 403 and mine not in order()
    as_("ben").post(f"{at}/items/{mine}/restoration")
    assert mine in order()


def test_a_mistake_in_an_item_or_a_decision_comes_back_with_the_words(as_, at, order):
    page = as_("gus").post(f"{at}/items", data={"title": "Hm", "planned_minutes": "900"})
    assert (
        page.status_code == 422 and 'value="900"' in page.text and "Must be at most 240" not in as_("gus").get(at).text
    )
    page = as_("ben").post(f"{at}/decisions", data={"text": "Shared secret", "audience": "shared", "item": order()[2]})
    assert page.status_code == 422 and "Shared secret" in page.text and "Share the item first" in page.text


def test_decisions_are_recorded_with_their_audience_and_can_be_taken_back(as_, at, order):
    ben, first = as_("ben"), order()[0]
    ben.post(f"{at}/decisions", data={"text": "Release by 04:30", "item": first, "audience": "shared"})
    ben.post(f"{at}/decisions", data={"text": "Say nothing of it", "item": first})
    page = as_("gus").get(at).text
    assert "Release by 04:30" in page and "Say nothing" not in page
    decision = re.search(r'id="decision_(\w+)"', page).group(1)
    ben.post(f"{at}/decisions/{decision}/removal")
    assert "Release by 04:30" not in as_("gus").get(at).text
    ben.post(f"{at}/decisions/{decision}/restoration")
    assert "Release by 04:30" in as_("gus").get(at).text


def test_a_meeting_is_started_and_ended(as_, at):
    ben = as_("ben")
    assert "#item-" in ben.post(f"{at}/start").headers["location"]
    assert "Running" in as_("gus").get(at).text
    ben.post(f"{at}/ending")
    ended = as_("gus").get(at).text
    assert "Ended" in ended and "Held " in ended and ">Join</a>" not in ended
    assert "<dt>Held</dt>" in as_("gus").get(f"{at}/print").text
    assert ben.post(f"{at}/ending").status_code == 409


def test_actions_are_made_from_items(as_, at, order):
    address = re.search(r'href="([^"]+/actions/new\?from=agenda_item:[^"]+)"', as_("gus").get(at).text)[1]
    made = as_("gus").get(address.replace("&amp;", "&"))
    assert made.status_code == 200 and "The import stops at night" in made.text
    given = form_in(made.text, "/escalations/ACME-7K4/actions") | {"title": "Look into their logs"}
    answer = as_("gus").post("/escalations/ACME-7K4/actions", data=given)
    assert answer.headers["location"] == f"{at}#item-{order()[0]}"  # the meeting goes on
    assert "Look into their logs" in as_("gus").get(at).text


def test_in_a_closed_escalation_all_is_read_and_nothing_written(as_, at, ben, outage, order):
    first = order()[0]
    close(ben, outage)
    ben.commit()
    for nick in ("ben", "gus"):
        page = as_(nick).get(at)
        assert page.status_code == 200 and "note-form" not in page.text
        assert as_(nick).post(f"{at}/items", data={"title": "One more"}).status_code == 403
    assert as_("ben").post(f"{at}/items/{first}/tick").status_code == 403


def test_the_overview_shows_the_next_meeting_and_nothing_of_ours_to_guests(ben, outage, call, plan, looking_as):
    plan_meeting(ben, outage, plan(0.5, title="Pre-brief"))
    ben.commit()
    assert next_meeting(looking_as("ben"), outage).title == "Pre-brief"
    assert next_meeting(looking_as("gus"), outage).title == call.title
    assert [row.title for row in panel(looking_as("gus"), outage).rows] == [call.title]


def test_a_page_asks_the_database_as_often_for_thirty_items_as_for_three(as_, at, ben, call, engine):
    def statements():
        return len(asked_for(engine, lambda: as_("ben").get(at)))

    few = statements()
    for number in range(30):
        add_item(ben, call, f"Item {number}")
    ben.commit()
    assert statements() <= few + 1


def test_the_minutes_say_what_is_internal_and_call_nothing_undiscussed_that_was_written_of(as_, at, call, ben):
    secret = add_item(ben, call, "Their admin breaks it himself")
    record_decision(ben, call, "We look at it first", item=items_of(ben, call)[0], audience=Audience.shared)
    ben.commit()
    ours = as_("ben").get(f"{at}/print").text
    told, *_, last = ours.split('<div class="panel-head">')[2:]
    assert "The import stops at night" in told and "Not discussed" not in told and ">Internal<" not in told
    assert secret.title in last and "Not discussed" in last and ">Internal<" in last
    assert "data-print" in ours
    theirs = as_("gus").get(f"{at}/print").text
    assert "nternal" not in theirs and secret.title not in theirs
