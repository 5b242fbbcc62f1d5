"""What the two guests of the demo are shown, and that what is in it is found."""

import html
import re

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from app.access.participation import Audience
from app.access.session import as_system
from app.discussion.models import Message
from app.people.models import Person
from app.sign_in import sessions
from tests.conftest import FROM_OUR_PAGE, SITE
from tests.worlds import crawling

OURS = [
    "credit on this quarter",
    "renewed in spring",
    "not adjectives",
    "IMP-2291",
    "cut the connection after file 40",
    "First clean night",
    "Handing over",
    "Tomás would say yes",
    "Before the call with Halden",
    "I have the log",
    "may release invoices at night",
]


@pytest.fixture
def as_guest(site, settings, engine, demo_people):
    """A browser in which a guest of the demo is signed in."""
    with TestClient(site, base_url=SITE, follow_redirects=False, headers=FROM_OUR_PAGE) as browser:

        def sign_in(name):
            with as_system(engine) as session:
                token = sessions.start(session, session.get_one(Person, demo_people[name].person_id))
                session.commit()
            browser.cookies.set(sessions.cookie_name(settings), token, domain="evenkeel.test")
            return browser

        yield sign_in


@pytest.fixture
def internal(session, demo):
    of_it = (Message.escalation_id == demo.id, Message.audience == Audience.internal)
    words = OURS + [text[:40] for text in session.exec(select(Message.text).where(*of_it))]
    session.commit()
    return words


def test_a_guest_who_follows_a_hundred_links_sees_only_what_is_shared(as_guest, demo, internal, monkeypatch):
    monkeypatch.setattr(crawling, "MOST_PAGES", 100)
    crawl = crawling.Crawl(as_guest("Mark")).start("/", demo.url)
    everything = "\n".join(html.unescape(one.body.decode(errors="replace")) for one in crawl.received)
    assert "Invoices go out twice" in everything and "four invoices" in everything and len(crawl.received) > 20
    assert [word for word in internal if word in everything] == []


def test_the_other_guest_sees_the_same(as_guest, demo, internal):
    graham = as_guest("Graham")
    pages = ["", "/concerns", "/discussion", "/meetings", "/actions", "/recordings", "/people", "/timeline"]
    everything = "\n".join(html.unescape(graham.get(demo.url + page).text) for page in pages)
    assert "Which invoices went out twice?" in everything and "Call 2" in everything
    assert [word for word in internal if word in everything] == []


def test_what_is_in_it_is_found_at_once(as_, demo):
    found = re.sub(r"<[^>]+>", "", as_("adm").get("/search?q=month-end+close").text)
    assert "Will the month-end close hold?" in found
