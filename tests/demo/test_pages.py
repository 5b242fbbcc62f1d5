"""The demo in pages: loaded and removed by a click, marked for our people."""

import re

import pytest
from sqlalchemy import update
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from app import mounted
from app.access.session import as_system
from app.demo.marking import the_demo
from app.foundation.database import open_database
from app.main import build_site
from app.operating.demonstrating import show_demo
from app.people.models import Person
from app.search import schema
from app.workspace.setup.setting_up import setup_key
from tests.conftest import FROM_OUR_PAGE, SITE


@pytest.fixture
def anew(settings, tmp_path):
    """A server that was never set up: its engine and a browser."""
    url = f"sqlite:///{tmp_path / 'anew.db'}"
    engine = open_database(url)
    mounted.routers()
    SQLModel.metadata.create_all(engine)
    with engine.begin() as connection:
        schema.create(connection)
    settings = settings.model_copy(update={"database_url": url})
    site = build_site(settings, engine)
    with TestClient(site, base_url=SITE, follow_redirects=False, headers=FROM_OUR_PAGE) as browser:
        yield settings, engine, browser
    engine.dispose()


def test_setting_up_with_the_demo_ends_on_its_page(anew):
    settings, engine, browser = anew
    assert 'formaction="/setup/demo"' in browser.get("/setup").text
    first = {"workspace": "Tidewater", "name": "Ada Byron", "email": "ada@tidewater.example", "time_zone": "UTC"}
    first["setup_key"] = setup_key(settings)
    refused = browser.post("/setup/demo", data=first | {"password": "short"})
    assert refused.status_code == 422 and "10 characters" in refused.text
    with as_system(engine) as session:
        assert the_demo(session) is None
    answer = browser.post("/setup/demo", data=first | {"password": "a calm long password"})
    page = browser.get(answer.headers["location"])
    assert "Invoices go out twice" in page.text and "This escalation is a demo" in page.text
    assert "Ada Byron" in page.text
    assert browser.post("/setup/demo", data=first).status_code == 404


def test_the_terminal_makes_somebody_to_sign_in_as(anew):
    settings, engine, browser = anew
    shown = show_demo(engine, settings)
    assert shown.sentence == "The demo is loaded."
    path = shown.link.removeprefix(settings.site)
    page = browser.get(path).text
    [mailbox] = re.findall(r'name="mailbox"[^>]*value="([^"]+)"', page)
    entered = browser.post(path.partition("?")[0], data={"mailbox": mailbox})
    assert settings.site + entered.headers["location"] == shown.address
    assert browser.get(entered.headers["location"]).status_code == 200
    again = show_demo(engine, settings)
    assert "already" in again.sentence and again.address == shown.address and again.link != shown.link
    assert "You are made up as well" in browser.get("/demo/removal").text
    assert browser.post("/demo/removal").headers["location"] == "/escalations"
    assert browser.get("/escalations").status_code == 200  # whoever runs the workspace stays


def test_looking_at_it_waits_for_nobody_who_writes(as_, engine):
    ada = as_("ada")
    assert ada.post("/demo").status_code == 303
    with engine.begin() as connection:  # with SQLite, nobody else writes until this ends
        connection.execute(update(Person).values(name=Person.name))
        assert ada.get("/demo").status_code == ada.get("/demo/removal").status_code == 200


def test_a_manager_loads_and_removes_it_and_everybody_else_is_not_offered_it(as_):
    assert "Load the demo" in as_("ada").get("/demo").text
    loaded = as_("ada").post("/demo")
    assert "DEMO-" in loaded.headers["location"]
    again = as_("adm").post("/demo")
    assert again.status_code == 422 and "loaded already" in again.text
    assert ">Demo</span>" in as_("ben").get("/escalations").text
    room = as_("ben").get(loaded.headers["location"]).text
    assert "This escalation is a demo" in room and "/demo/removal" not in room
    assert as_("ben").post("/demo/removal").status_code == 403 and as_("gus").get("/demo").status_code == 404
    assert "/demo/removal" in as_("ada").get(loaded.headers["location"]).text
    question = as_("ada").get("/demo/removal").text
    assert "Halden" in question and "Tomás Vidal" in question and "cannot be undone" in question
    assert "You are made up" not in question
    assert as_("ada").post("/demo/removal").status_code == 303
    assert as_("ada").get(loaded.headers["location"]).status_code == 404
    assert as_("ada").get("/demo/removal").status_code == 404
