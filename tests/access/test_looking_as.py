"""View as customer: what a guest sees, neither more nor less, and nothing is changed by it."""

import re

import pytest
from sqlmodel import select

from app.access.looking_as import LookingAs
from app.access.participation import Audience, Part, Participation, Restriction
from app.access.session import ViewerSession
from app.concerns.models import Concern
from app.concerns.raising import raise_concern
from app.foundation.clock import now
from app.people.models import Side

HERE = "/escalations/ACME-7K4"
PAGES = ("", "/concerns", "/concerns?order=ours", "/discussion", "/meetings", "/actions", "/recordings", "/people")


@pytest.fixture
def gus(people):
    return f"/as/{people['gus'].id}"


@pytest.fixture(autouse=True)
def worries(engine, people, outage):
    for nick, words in (("gus", "Invoices go out twice"), ("ben", "Their contract may lapse")):
        with ViewerSession(engine, people[nick].viewer) as session:
            raise_concern(session, outage, words)
            session.commit()


def main_part(page):
    return re.search(r"<main.*</main>", page.text, re.DOTALL)[0]


@pytest.mark.parametrize("place", PAGES)
def test_a_colleague_sees_the_page_that_the_guest_sees(place, gus, as_):
    seen, theirs = as_("ben").get(f"{gus}{HERE}{place}"), as_("gus").get(f"{HERE}{place}")
    assert seen.status_code == theirs.status_code == 200
    assert "You see this page as <b>Gus Meyer</b> does" in seen.text and "does. Nothing can" not in theirs.text
    assert main_part(seen).replace(gus, "").replace(" inert", "") == main_part(theirs)
    assert "contract may lapse" not in seen.text


def test_links_stay_in_the_view_and_one_leads_out_of_it(gus, as_):
    page = as_("ben").get(f"{gus}{HERE}/concerns").text
    assert f'href="{gus}{HERE}/discussion"' in page and f'href="{HERE}/discussion"' not in page
    assert f'data-live="{gus}{HERE}/live?after=' in page
    assert f'href="https://evenkeel.test{HERE}/concerns">Back to your own view' in page
    assert 'action="/sign-out"' not in page


def test_what_is_ours_is_not_there(gus, as_):
    for place in ("/vitals", "/guests/x/removal", "/views/customer"):
        page = as_("ben").get(f"{gus}{HERE}{place}")
        assert page.status_code == 404 and "You see this page as" in page.text


def test_nothing_can_be_changed(gus, as_, session):
    answer = as_("ben").post(f"{gus}{HERE}/concerns", data={"words": "Written as somebody else"})
    assert answer.status_code == 403 and "You are looking as Gus Meyer: nothing can be changed here." in answer.text
    assert "Written as somebody else" not in session.exec(select(Concern.words)).all()
    session.rollback()
    form = as_("ben").get(f"{gus}{HERE}/concerns/new").text
    assert form.count('method="post"') == form.count('method="post" inert') > 0


def test_only_colleagues_look_and_only_as_guests_they_know_of(people, as_, gus):
    assert as_("gil").get(f"{gus}{HERE}").status_code == 404
    assert as_("eve").get(f"{gus}{HERE}").status_code == 404
    assert as_("").get(f"{gus}{HERE}").status_code in (303, 404)
    for nobody in (people["ada"].id, "nobody"):
        assert as_("ben").get(f"/as/{nobody}{HERE}").status_code == 404
    assert as_("ben").get(f"{gus}/escalations/ACME-2M9").status_code == 404


def test_what_is_hidden_from_the_colleague_stays_hidden(people, gus, as_, session, hidden):
    """Gus takes part in a restricted matter as well; Ben does not, and does not get there through Gus."""
    session.add(
        Participation(
            escalation_id=hidden.id,
            person_id=people["gus"].id,
            side=Side.guest,
            part=Part.contact,
            audience=Audience.shared,
        )
    )
    assert session.get(Restriction, hidden.id)
    session.commit()
    assert as_("gus").get("/escalations/ACME-9XX").status_code == 200
    assert as_("ben").get(f"{gus}/escalations/ACME-9XX").status_code == 404
    assert as_("ada").get(f"{gus}/escalations/ACME-9XX").status_code == 200
    assert "ACME-9XX" not in as_("ben").get(f"{gus}/search?q=restricted").text


def test_a_view_ends_with_the_guests_access(people, gus, as_, session, outage):
    place = session.get_one(Participation, (outage.id, people["gus"].id))
    place.ended_at = now()
    session.commit()
    assert as_("ben").get(f"{gus}{HERE}").status_code == 404


def test_every_page_of_an_escalation_leads_to_the_same_page_as_a_guest_has_it(as_, people):
    page = as_("ben").get(f"{HERE}/concerns").text
    assert f'href="{HERE}/views/customer?at={HERE}/concerns"' in page
    choice = as_("ben").get(f"{HERE}/views/customer?at={HERE}/concerns").text
    for nick in ("gus", "gil"):
        assert f'href="/as/{people[nick].id}{HERE}/concerns"' in choice
    straight = as_("ben").get(f"/escalations/ACME-2M9/views/customer?at={HERE}")
    assert straight.headers["location"] == f"/as/{people['gwen'].id}/escalations/ACME-2M9"


def test_what_is_copied_for_others_keeps_everybodys_address():
    looking = LookingAs("Gus", "/as/g")
    assert looking.leading_on('<a href="/escalations/A" data-copy="/escalations/A">') == (
        '<a href="/as/g/escalations/A" data-copy="/escalations/A">'
    )
    assert looking.leading_on('<a href="/profile">') == '<a href="/profile">'
