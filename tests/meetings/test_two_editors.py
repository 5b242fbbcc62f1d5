"""Two people who change one meeting: neither loses what they wrote, and nobody is sent a time that was not meant."""

import pytest
from sqlmodel import select

from app.meetings.models import Invitation, Meeting
from tests.filling import form_in


@pytest.fixture
def stored(ask):
    return lambda: ask(select(Meeting))[0]


@pytest.mark.parametrize(
    ("field", "first", "second", "told"),
    [
        ("title", "Call about the import", "Call about the queue", "“Call about the import”"),
        ("starts_at", "2031-05-05T10:30", "2031-05-06T10:30", "“5 May 2031, 10:30”"),
        ("minutes", "30", "60", "“30”"),
        ("place", "Room 4", "Room 5", "“Room 4”"),
        ("link", "https://meet.example/one", "https://meet.example/two", "“https://meet.example/one”"),
    ],
)
def test_the_second_to_save_reads_the_first_and_decides(as_, at, stored, field, first, second, told):
    bens, adas = (form_in(as_(nick).get(f"{at}/edit").text, at) for nick in ("ben", "ada"))
    assert as_("ben").post(at, data={**bens, field: first}).status_code == 303
    before = stored()
    refused = as_("ada").post(at, data={**adas, field: second})
    assert refused.status_code == 422 and stored() == before
    assert "Ben Okafor changed this while you were writing" in refused.text and told in refused.text
    again = form_in(refused.text, at)
    assert again[field] == second
    assert as_("ada").post(at, data=again).status_code == 303
    assert form_in(as_("ben").get(f"{at}/edit").text, at)[field] == second


def test_what_each_changed_alone_is_kept_without_a_question(as_, at, stored, ask, people):
    bens, adas = (form_in(as_(nick).get(f"{at}/edit").text, at) for nick in ("ben", "ada"))
    moved = {"starts_at": "2031-05-05T10:30", "people": [people[nick].id for nick in ("ben", "gus", "sue")]}
    assert as_("ben").post(at, data={**bens, **moved}).status_code == 303
    starts_at = stored().starts_at
    assert as_("ada").post(at, data={**adas, "place": "Room 4"}).status_code == 303
    assert (stored().place, stored().starts_at) == ("Room 4", starts_at)
    assert set(ask(select(Invitation.person_id))) == set(moved["people"])


def test_two_lists_of_people_are_not_written_over_each_other(as_, at, ask, people):
    bens, adas = (form_in(as_(nick).get(f"{at}/edit").text, at) for nick in ("ben", "ada"))
    theirs, mine = ([people[nick].id for nick in nicks] for nicks in (("ben", "gus"), ("ben", "gus", "gil", "sue")))
    assert as_("ben").post(at, data={**bens, "people": theirs}).status_code == 303
    refused = as_("ada").post(at, data={**adas, "people": mine})
    assert refused.status_code == 422 and "“Ben Okafor, Gus Meyer”" in refused.text
    assert set(ask(select(Invitation.person_id))) == set(theirs)
    again = form_in(refused.text, at)
    assert set(again["people"]) == set(mine)
    assert as_("ada").post(at, data=again).status_code == 303


def test_two_who_word_one_item_are_told_of_each_other(as_, at, order):
    edit = f"{at}/items/{order()[0]}"
    bens, adas = (form_in(as_(nick).get(f"{edit}/edit").text, edit) for nick in ("ben", "ada"))
    assert as_("ben").post(edit, data={**bens, "title": "The import, once more"}).status_code == 303
    assert as_("ada").post(edit, data={**adas, "planned_minutes": "25"}).status_code == 303
    refused = as_("ada").post(edit, data={**adas, "title": "The import and the queue"})
    assert refused.status_code == 422 and "“The import, once more”" in refused.text
    again = form_in(refused.text, edit)
    assert (again["title"], again["planned_minutes"]) == ("The import and the queue", "25")
    assert as_("ada").post(edit, data=again).status_code == 303
