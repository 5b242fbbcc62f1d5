"""Two people who edit one action: neither loses what they wrote."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.access.participation import Audience
from app.action_items.adding import add_action
from app.action_items.models import ActionItem
from app.foundation.clock import today
from tests.filling import form_in

SOON = today("UTC") + timedelta(days=3)
LATER = SOON + timedelta(days=4)


@pytest.fixture
def at(session, outage, people):
    session.viewer = people["ben"].viewer
    owner = people["ben"].id
    action = add_action(session, outage, title="Call them", owner_id=owner, due_on=SOON, audience=Audience.shared)
    session.commit()
    return f"/escalations/ACME-7K4/actions/{action.id}"


@pytest.fixture
def stored(ask):
    return lambda: ask(select(ActionItem))[0]


@pytest.mark.parametrize(
    ("field", "first", "second", "told"),
    [
        ("title", "Call the shippers", "Call the drivers", "“Call the shippers”"),
        ("details", "At noon", "At night", "“At noon”"),
        ("due_on", LATER.isoformat(), (LATER + timedelta(days=1)).isoformat(), f"“{LATER.day} {LATER:%b %Y}”"),
        ("owner_id", "sue", "ada", "“Sue Park”"),
    ],
)
def test_the_second_to_save_reads_the_first_and_decides(as_, at, stored, people, field, first, second, told):
    if field == "owner_id":
        first, second = people[first].id, people[second].id
    bens, adas = (form_in(as_(nick).get(f"{at}/edit").text, at) for nick in ("ben", "ada"))
    assert as_("ben").post(at, data={**bens, field: first}).status_code == 303
    refused = as_("ada").post(at, data={**adas, field: second})
    assert refused.status_code == 422 and str(getattr(stored(), field)) == first
    assert "Ben Okafor changed this while you were writing" in refused.text and told in refused.text
    again = form_in(refused.text, at)
    assert again[field] == second
    assert as_("ada").post(at, data=again).status_code == 303 and str(getattr(stored(), field)) == second


def test_what_each_changed_alone_is_kept_without_a_question(as_, at, stored, people):
    bens, adas = (form_in(as_(nick).get(f"{at}/edit").text, at) for nick in ("ben", "ada"))
    changed = {"title": "Call the shippers", "owner_id": people["sue"].id}
    assert as_("ben").post(at, data={**bens, **changed}).status_code == 303
    assert as_("ada").post(at, data={**adas, "due_on": LATER.isoformat()}).status_code == 303
    kept = stored()
    assert (kept.title, kept.owner_id, kept.due_on) == ("Call the shippers", people["sue"].id, LATER)


def test_a_date_that_a_guest_proposed_and_got_is_not_taken_back(as_, at, stored, people):
    """Gus answers while Ada has the form open: she leaves the date alone and moves the words only."""
    as_("ben").post(at, data={**form_in(as_("ben").get(f"{at}/edit").text, at), "owner_id": people["gus"].id})
    adas = form_in(as_("ada").get(f"{at}/edit").text, at)
    proposal = {"proposed_on": LATER.isoformat(), "words": "Not before"}
    assert as_("gus").post(f"{at}/proposal", data=proposal).status_code == 303
    assert as_("ben").post(f"{at}/agreement").status_code == 303
    assert as_("ada").post(at, data={**adas, "title": "Call them twice"}).status_code == 303
    assert (stored().title, stored().due_on) == ("Call them twice", LATER)
