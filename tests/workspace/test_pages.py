"""The workspace: first start, colleagues, customers, one's own profile, the outbox."""

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel, select
from starlette.testclient import TestClient

from app import mounted
from app.access.session import as_system
from app.foundation.database import for_reading, open_database
from app.main import build_site
from app.outbox.models import Letter, LetterState
from app.people.models import Account, Customer, Person, Role, Workspace
from app.sign_in.passwords import set_password
from app.workspace.customers.keeping import derive_mark
from app.workspace.setup.setting_up import setup_key
from tests.conftest import FROM_OUR_PAGE, SITE

FIRST = {
    "workspace": "Tidewater",
    "name": "Ada Byron",
    "email": "ada@tidewater.example",
    "password": "a calm long password",
    "time_zone": "Europe/Berlin",
}
NEW = {"name": "Nia Frost", "email": "nia@tidewater.example", "role": "member"}


@pytest.fixture
def empty(settings, tmp_path):
    """A browser at a server that was never set up."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    engine: Engine = open_database(url)
    mounted.routers()
    SQLModel.metadata.create_all(engine)
    site = build_site(settings.model_copy(update={"database_url": url}), engine)
    with TestClient(site, base_url=SITE, follow_redirects=False, headers=FROM_OUR_PAGE) as client:
        yield client
    engine.dispose()


def link_on(page: str) -> str:
    return urlsplit(re.findall(r"<code>([^<]+)</code>", page)[0]).path


def test_an_empty_server_leads_everybody_to_its_setup(empty):
    for path in ("/", "/escalations", "/sign-in"):
        assert empty.get(path).headers["location"] == "/setup"


def test_the_first_person_sets_up_once_with_the_key_from_the_terminal(empty, settings):
    refused = empty.post("/setup", data=FIRST)
    assert refused.status_code == 422 and "setup key" in refused.text and "Tidewater" in refused.text
    assert FIRST["password"] not in refused.text
    done = empty.post("/setup", data={**FIRST, "setup_key": setup_key(settings)})
    assert done.status_code == 303
    assert empty.get("/profile").status_code == 200 and "Ada Byron" in empty.get("/people").text
    assert empty.get("/setup").status_code == 404
    assert empty.post("/setup", data={**FIRST, "setup_key": setup_key(settings)}).status_code == 404


def test_nobody_sets_up_a_server_that_has_people(as_, settings, ask):
    assert as_("").get("/setup").status_code == 404
    typed = {**FIRST, "email": "mallory@example.org", "setup_key": setup_key(settings)}
    assert as_("").post("/setup", data=typed).status_code == 404
    assert ask(select(Account.email).where(Account.email == "mallory@example.org")) == []
    assert len(ask(select(Workspace))) == 1


def test_a_colleague_joins_with_a_link_that_was_handed_over(as_):
    assert as_("ada").post("/people", data=NEW).status_code == 303
    link = link_on(as_("ada").get("/people").text)
    assert link not in as_("ben").get("/people").text
    joined = as_("").post(link, data={"mailbox": NEW["email"], "password": "another calm password"})
    assert joined.status_code == 303 and "Nia Frost" in as_("").get("/profile").text
    row = as_("ada").get("/people").text.split("Nia Frost")[1].split("</li>")[0]
    assert "Not here yet" not in row and "/link/" not in row


def test_only_managers_invite_and_only_administrators_make_managers(as_, ask):
    assert as_("ben").post("/people", data=NEW).status_code == 403
    assert as_("gus").post("/people", data=NEW).status_code == 404
    assert as_("ada").post("/people", data={**NEW, "role": "administrator"}).status_code == 422
    assert as_("adm").post("/people", data={**NEW, "role": "guest"}).status_code == 422
    assert as_("adm").post("/people", data={**NEW, "role": "manager"}).status_code == 303
    assert ask(select(Account.role).where(Account.email == NEW["email"])) == [Role.manager]


def test_a_manager_gets_no_link_into_somebody_elses_account(as_, session, people):
    """A fresh joining link would let its holder choose that person's password."""
    set_password(session, people["ben"].id, "a calm long password")
    session.commit()
    assert as_("adm").post(f"/people/{people['ben'].id}/invitation").status_code == 409
    assert as_("ada").post(f"/people/{people['adm'].id}/invitation").status_code == 403
    assert as_("adm").post(f"/people/{people['gus'].id}/invitation").status_code == 404


def test_a_deactivated_colleague_is_out_at_once_and_can_be_let_in_again(as_, people):
    sue = people["sue"].id
    assert as_("sue").get("/escalations").status_code == 200
    assert as_("ada").post(f"/people/{sue}/deactivation").status_code == 403
    assert as_("adm").get(f"/people/{sue}/deactivation").status_code == 200
    assert as_("adm").post(f"/people/{sue}/deactivation").status_code == 303
    assert as_("sue").get("/escalations").status_code == 303
    assert "Deactivated" in as_("adm").get("/people").text
    assert as_("adm").post(f"/people/{sue}/deactivation/removal").status_code == 303


def test_the_last_administrator_stays(as_, people):
    adm = people["adm"].id
    refused = as_("adm").post(f"/people/{adm}/deactivation")
    assert refused.status_code == 422 and "There must be an administrator" in refused.text
    assert as_("adm").post(f"/people/{adm}/role", data={"role": "member"}).status_code == 422
    assert as_("adm").post(f"/people/{people['ada'].id}/role", data={"role": "administrator"}).status_code == 303
    assert as_("adm").post(f"/people/{adm}/role", data={"role": "member"}).status_code == 303


def test_guests_find_none_of_our_pages(as_, people):
    for path in ("/people", "/customers", "/outbox", f"/people/{people['ben'].id}"):
        assert as_("gus").get(path).status_code == 404
    assert as_("ben").get("/outbox").status_code == 403


def test_customers_are_added_changed_and_never_twice(as_, ask):
    added = as_("ben").post("/customers", data={"name": "Nordwind AG"})
    assert added.status_code == 303
    where = added.headers["location"]
    assert as_("ben").post("/customers", data={"name": "nordwind ag"}).status_code == 422
    changed = {"name": "Nordwind", "mark": "nw", "time_zone": "Europe/Oslo"}
    assert as_("ben").post(where, data=changed).status_code == 303
    assert ask(select(Customer.mark).where(Customer.name == "Nordwind")) == ["NW"]
    assert as_("ben").post(where, data={**changed, "mark": "N1"}).status_code == 422
    assert as_("ben").post(where, data={**changed, "time_zone": "Mars/Base"}).status_code == 422


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("Acme Logistics", "ACME"),
        ("Globex", "GLOB"),
        ("3M", "MX"),
        ("Ö", "OX"),
        ("株式会社", "CUST"),
        ("Deutsche Bahn", "DEUT"),
    ],
)
def test_a_mark_is_made_from_the_name(name, mark):
    assert derive_mark(name) == mark


def test_contacts_of_one_customer_are_listed_with_it_alone(as_, people, outage):
    page = as_("ben").get(f"/customers/{outage.customer_id}").text
    assert "Gus Meyer" in page and "Eve Stranger" not in page


def test_a_profile_is_ones_own(as_, ask, people):
    typed = {"name": "Ben O.", "title": "Engineer", "time_zone": "Asia/Tokyo"}
    assert as_("ben").post("/profile", data=typed).status_code == 303
    (ben,) = ask(select(Person).where(Person.id == people["ben"].id))
    assert (ben.name, ben.title, ben.time_zone) == ("Ben O.", "Engineer", "Asia/Tokyo")
    assert ask(select(Account.shortcuts).where(Account.person_id == ben.id)) == [False]
    assert as_("gus").post("/profile", data={"name": "Gus M.", "time_zone": "UTC"}).status_code == 303
    assert as_("ben").post("/profile", data={**typed, "time_zone": "Mars/Base"}).status_code == 422


def test_a_new_password_needs_the_old_one_and_ends_every_other_browser(as_, session, people, site, settings):
    set_password(session, people["ben"].id, "a calm long password")
    session.commit()
    other = TestClient(site, base_url=SITE, follow_redirects=False, headers=FROM_OUR_PAGE)
    typed = {"email": people["ben"].email, "password": "a calm long password"}
    assert other.post("/sign-in", data=typed).status_code == 303 and other.get("/profile").status_code == 200
    wrong = as_("ben").post("/profile/password", data={"current": "not it at all", "password": "another calm password"})
    assert wrong.status_code == 422
    right = {"current": "a calm long password", "password": "another calm password"}
    assert as_("ben").post("/profile/password", data=right).status_code == 303
    assert as_("ben").get("/profile").status_code == 200
    assert other.get("/profile").status_code == 303
    assert as_("gus").post("/profile/password", data=right).status_code == 403


def test_a_theme_stays_with_the_person_and_with_the_browser(as_, ask, people):
    assert as_("gus").post("/theme", data={"theme": "dark", "back": "/profile"}).headers["location"] == "/profile"
    assert ask(select(Account.theme).where(Account.person_id == people["gus"].id)) == ["dark"]
    assert 'data-theme="dark"' in as_("gus").get("/profile").text
    as_("").post("/theme", data={"theme": "dark"})
    assert 'data-theme="dark"' in as_("").get("/sign-in").text
    elsewhere = as_("").post("/theme", data={"theme": "neon", "back": "https://evil.example/"})
    assert elsewhere.headers["location"] == "/" and "neon" not in elsewhere.headers["set-cookie"]


def test_the_outbox_shows_each_letter_and_no_link_above_ones_station(as_, outage):
    as_("adm").post("/people", data={**NEW, "role": "manager"})
    as_("ben").post(outage.url + "/guests", data={"invitees": "Otto Lind, otto@acme.example"})
    for reader, links in (("ada", 1), ("adm", 2)):
        page = as_(reader).get("/outbox").text
        assert "Invitation to the workspace" in page and "Invitation to an escalation" in page
        assert page.count("<code>") == links


def test_a_letter_that_failed_is_tried_again(as_, engine, outage):
    as_("ben").post(outage.url + "/guests", data={"invitees": "Otto Lind, otto@acme.example"})
    with as_system(engine) as session:
        letter = session.exec(select(Letter).where(Letter.kind == "invitation")).one()
        letter.state, letter.reason = LetterState.failed, "The mailbox does not exist."
        session.add(letter)
        session.commit()
    assert "The mailbox does not exist." in as_("ada").get("/outbox?state=failed").text
    assert as_("ada").post(f"/outbox/{letter.id}/sending").status_code == 303
    with as_system(for_reading(engine)) as session:
        assert session.get_one(Letter, letter.id).state is LetterState.waiting
    assert as_("ben").post(f"/outbox/{letter.id}/sending").status_code == 403
