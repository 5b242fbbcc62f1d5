"""A long topic on one page: how much of it there is to see, and whoever sees it."""

import re

import pytest
from sqlmodel import col, select

from app.access.participation import Audience
from app.discussion import reading
from app.discussion.marking import mark_read
from app.discussion.models import Message
from app.discussion.reading import read_topic
from tests.discussion.test_pages import place
from tests.discussion.test_reading import many
from tests.statements import asked_for


@pytest.fixture
def at_most(monkeypatch):
    """A page with everything that ends sooner, so that the test need not write a thousand messages."""

    def limit(messages=1000, words=1_000_000):
        monkeypatch.setattr(reading, "WHOLE", messages)
        monkeypatch.setattr(reading, "MOST_WORDS", words)

    return limit


def shown(page):
    return re.findall(r'<article class="msg[^"]*" id="message-(\w+)"', page)


def leads(page):
    return re.findall(r"Show (?:all|the newest|as many)[^<]*", page)


def test_what_leads_to_all_counts_what_its_reader_may_see(as_, session, run, people):
    many(session, run, people, 60)
    many(session, run, people, 30, Audience.internal, "ben")
    assert leads(as_("ben").get(place(run)).text) == ["Show all 91"]
    assert leads(as_("gus").get(place(run)).text) == ["Show all 61"]
    ours, theirs = (as_(nick).get(f"{place(run)}?all=1").text for nick in ("ben", "gus"))
    everything = list(session.exec(select(Message.id).order_by(col(Message.sent_at), Message.id)))
    assert shown(ours) == everything and "91 messages on this page" in ours
    assert len(shown(theirs)) == 61 and set(shown(theirs)) < set(everything) and "61 messages on this page" in theirs
    for page in (ours, theirs):
        assert leads(page) == [] and 'rel="prev"' not in page and 'rel="next"' not in page


def test_a_short_topic_offers_no_more_than_it_has(as_, run):
    assert leads(as_("gus").get(place(run)).text) == []


def test_from_the_middle_and_the_beginning_it_is_offered_once(as_, session, run, people):
    many(session, run, people, 130)
    lines = session.exec(select(Message.id).order_by(col(Message.sent_at), Message.id)).all()
    session.commit()
    for query in (f"?at={lines[60]}", f"?before={lines[20]}", f"?after={lines[100]}"):
        assert leads(as_("gus").get(place(run) + query).text) == ["Show all 131"], query


def test_a_longer_topic_shows_its_newest_and_goes_on_before_them(as_, session, run, people, at_most):
    at_most(messages=80)
    many(session, run, people, 100)
    lines = session.exec(select(Message.id).order_by(col(Message.sent_at), Message.id)).all()
    session.commit()
    assert leads(as_("gus").get(place(run)).text) == ["Show the newest 80"]
    newest = as_("gus").get(f"{place(run)}?all=1").text
    assert shown(newest) == lines[-80:] and "80 messages on this page" in newest
    [earlier] = re.findall(r'href="([^"]+)" rel="prev"', newest)
    oldest = as_("gus").get(earlier.replace("&amp;", "&")).text
    assert shown(oldest) == lines[:-80]
    [later] = re.findall(r'href="([^"]+)" rel="next"', oldest)
    assert shown(as_("gus").get(later.replace("&amp;", "&")).text) == lines[-80:]


def test_very_long_words_fill_a_page_sooner_and_no_number_is_promised(as_, session, run, people, at_most):
    at_most(words=600)
    many(session, run, people, 120)
    assert leads(as_("gus").get(place(run)).text) == ["Show as many as one page holds"]
    page = as_("gus").get(f"{place(run)}?all=1").text
    assert 50 <= len(shown(page)) < 121 and f"{len(shown(page))} messages on this page" in page and 'rel="prev"' in page


def test_the_divider_stands_where_it_is_new_however_far_back(as_, session, run, people):
    many(session, run, people, 120)
    lines = session.exec(select(Message).order_by(col(Message.sent_at), Message.id)).all()
    session.viewer = people["gus"].viewer
    mark_read(session, run, lines[9])
    session.commit()
    page = as_("gus").get(f"{place(run)}?all=1").text
    assert page.count('id="new"') == 1 and page.index('id="new"') < page.index(f'id="message-{lines[10].id}"')
    assert page.index(f'id="message-{lines[9].id}"') < page.index('id="new"')


def test_held_messages_stand_at_its_end_for_us_alone(as_, talk, session, run, people):
    many(session, run, people, 60)
    talk.say("ben", run, "CANARY-held", "shared")
    assert "CANARY-held" in as_("ada").get(f"{place(run)}?all=1").text
    assert "CANARY" not in as_("gus").get(f"{place(run)}?all=1").text


@pytest.mark.parametrize("nick", ["ben", "gus"])
def test_whoever_writes_there_stays_there(as_, session, run, people, nick):
    many(session, run, people, 60)
    browser = as_(nick)
    [form] = re.findall(r'action="([^"]+/messages[^"]*)"', browser.get(f"{place(run)}?all=1").text)
    answer = browser.post(form, data={"text": "At the end", "audience": "internal"})
    assert answer.status_code == 303 and len(shown(browser.get(answer.headers["location"]).text)) == 62
    mistake = browser.post(form, data={"text": ""})
    assert mistake.status_code == 422 and len(shown(mistake.text)) == 62
    plain = browser.post(f"{place(run)}/messages", data={"text": "Elsewhere", "audience": "internal"})
    assert len(shown(browser.get(plain.headers["location"]).text)) == 50


def test_a_stranger_sees_no_topic_as_a_whole_either(as_, run):
    for nick in ("eve", "gwen"):
        assert as_(nick).get(f"{place(run)}?all=1").status_code == 404


def test_around_a_message_there_are_as_many_on_both_sides(session, looking_as, run, people, at_most):
    at_most(messages=100)
    many(session, run, people, 200)
    gus = looking_as("gus")
    middle = gus.exec(select(Message).where(Message.text == "Line 100")).one()
    stretch = read_topic(gus, run, at=middle, whole=True)
    ids = [row.id for row in stretch.messages]
    assert len(ids) == 100 and ids.index(middle.id) == 50 and stretch.earlier and stretch.later


def test_a_thousand_messages_cost_no_more_statements_than_fifty(as_, run, session, people, engine):
    many(session, run, people, 300)
    browser = as_("gus")
    few, all_of_them = (asked_for(engine, lambda at=at: browser.get(place(run) + at)) for at in ("", "?all=1"))
    assert len(all_of_them) <= len(few) <= 13
