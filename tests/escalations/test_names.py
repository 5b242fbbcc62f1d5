"""What somebody is called is put right by our people, and read everywhere."""

import pytest
from sqlmodel import select

from app.escalations.participants.inviting import read_invitees
from app.people.models import Person
from app.timeline.models import TimelineEntry


def test_a_guests_name_is_corrected_for_both_sides(as_, people, outage, ask):
    at, given = f"/people/{people['gus'].id}/name", {"name": "Gustav Meyer", "title": "Head of it"}
    answer = as_("ben").post(at, data={**given, "back": outage.url + "/people"})
    assert (answer.status_code, answer.headers["location"]) == (303, outage.url + "/people")
    for reader in ("ben", "gil"):
        page = as_(reader).get(outage.url + "/people").text
        assert "Gustav Meyer" in page and "Head of it" in page and "Gus Meyer" not in page
    assert "corrected the name of" in as_("ben").get(outage.url + "/timeline").text
    assert "corrected the name" not in as_("gil").get(outage.url + "/timeline").text
    told = select(TimelineEntry.shared_number).where(TimelineEntry.kind == "name_corrected")
    assert [number is not None for number in ask(told)] == [True], "guests' open pages are told to look again"


def test_a_name_that_is_missing_comes_back_with_what_was_typed(as_, people):
    answer = as_("ben").post(f"/people/{people['gus'].id}/name", data={"name": " ", "title": "Head of it"})
    assert answer.status_code == 422 and 'value="Head of it"' in answer.text and "Fill this in." in answer.text


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [("ben", "sue", 403), ("ada", "sue", 303), ("ada", "adm", 403), ("adm", "ada", 303), ("gus", "gil", 404)],
)
def test_who_may_correct_whom(as_, people, ask, who, whose, status):
    answer = as_(who).post(f"/people/{people[whose].id}/name", data={"name": "Quite New", "back": "//evil.example"})
    assert answer.status_code == status
    assert (ask(select(Person.name).where(Person.id == people[whose].id)) == ["Quite New"]) is (status == 303)
    assert "evil" not in answer.headers.get("location", "")


def test_a_bare_address_gives_a_name_one_can_read():
    assert read_invitees("mark.ellison@acme.example")[0].name == "Mark Ellison"
    assert read_invitees("Mark E, mark.ellison@acme.example")[0].name == "Mark E"
