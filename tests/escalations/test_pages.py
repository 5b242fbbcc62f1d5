"""Opening escalations, their list, and who finds them."""

import pytest
from sqlmodel import select

from app.access.participation import Participation
from app.escalations.models import Escalation, Severity
from app.people.models import Customer

NEW = {"title": "Invoices go out twice", "severity": "critical"}
PAGES = ["", "/vitals", "/people", "/timeline"]


def test_a_new_customer_is_made_by_its_name_alone(as_, ask, people):
    answer = as_("ben").post("/escalations", data={**NEW, "customer_name": "Nordwind AG", "owner_id": people["ben"].id})
    assert answer.status_code == 303
    (customer,) = ask(select(Customer).where(Customer.name == "Nordwind AG"))
    (escalation,) = ask(select(Escalation).where(Escalation.customer_id == customer.id))
    assert escalation.key.startswith("NORD-") and answer.headers["location"] == escalation.url
    assert customer.time_zone == "Europe/Berlin", "that of whoever opens it, until somebody mends it"
    assert escalation.next_update_due_at is not None
    assert as_("ben").get(escalation.url).status_code == 200


def test_a_mistake_brings_everything_typed_back(as_, people):
    typed = {**NEW, "customer_name": "acme logistics", "owner_id": people["ben"].id}
    answer = as_("ben").post("/escalations", data=typed)
    assert answer.status_code == 422
    assert "There is a customer of this name already" in answer.text and "Invoices go out twice" in answer.text


def test_without_a_customer_nothing_is_opened(as_, ask, people):
    before = ask(select(Escalation.id))
    assert as_("ben").post("/escalations", data={**NEW, "owner_id": people["ben"].id}).status_code == 422
    assert ask(select(Escalation.id)) == before


def test_a_customer_is_chosen_or_named_and_never_both(as_, people, outage):
    typed = {**NEW, "owner_id": people["ben"].id, "customer_id": outage.customer_id, "customer_name": "Nordwind"}
    assert "not both" in as_("ben").post("/escalations", data=typed).text
    unnamed = {**NEW, "owner_id": people["ben"].id, "customer_id": "new"}
    assert "Write the name of the new customer." in as_("ben").post("/escalations", data=unnamed).text


def test_a_guest_cannot_own_an_escalation(as_, people, outage):
    typed = {**NEW, "customer_id": outage.customer_id, "owner_id": people["gus"].id}
    assert "Choose one of our people." in as_("ben").post("/escalations", data=typed).text


def test_the_list_leads_to_what_one_may_see(as_, outage, hidden):
    listed = as_("sue").get("/escalations").text
    assert outage.title in listed and hidden.title not in listed
    assert hidden.title in as_("ada").get("/escalations").text


def test_guests_find_neither_the_list_nor_the_form(as_):
    for path in ("/escalations", "/escalations/new"):
        assert as_("gus").get(path).status_code == 404
    assert as_("gus").post("/escalations", data=NEW).status_code == 404


def test_the_list_pages_on_by_key(as_, session, people, outage):
    for number in range(51):
        session.add(
            Escalation(
                key=f"MANY-{number:03}",
                title=f"One of many {number}",
                customer_id=outage.customer_id,
                severity=Severity.low,
                owner_id=people["ben"].id,
                opened_at=outage.opened_at,
            )
        )
    session.commit()
    first = as_("ben").get("/escalations").text
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = as_("ben").get(older).text
    numbers = {number for number in range(51) if f"One of many {number}<" in first + second}
    assert numbers == set(range(51)) and "One of many 50<" not in second


@pytest.mark.parametrize("page", PAGES)
def test_a_restricted_escalation_does_not_exist_for_sue(as_, hidden, page):
    answer = as_("sue").get(hidden.url + page)
    assert answer.status_code == 404 and hidden.title not in answer.text
    assert as_("ada").get(hidden.url + page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_finds_none_of_its_pages(as_, outage, page):
    answer = as_("eve").get(outage.url + page)
    assert answer.status_code == 404 and outage.title not in answer.text


def test_the_timeline_tells_each_side_what_it_may_know(as_, session, people, outage):
    as_("ben").post(outage.url + "/inside", data={"stage": "fixing", "health": "at_risk"})
    as_("ben").post(outage.url + "/severity", data={"severity": "critical"})
    ours, theirs = as_("ben").get(outage.url + "/timeline").text, as_("gus").get(outage.url + "/timeline").text
    assert "changed health from steady to at risk" in ours and "changed the severity" in ours
    assert "changed the severity" in theirs and "health" not in theirs
    assert session.get(Participation, (outage.id, people["ben"].id)).audience == "shared"
