"""In a real Chromium, in one small house: a long topic read as a whole, and one that opens for the customer meanwhile."""

import uuid

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine
from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import as_system
from app.discussion.marking import mark_read
from app.discussion.models import HeldMessage, Message, Topic
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import Escalation
from app.foundation.clock import now
from tests.cast import Member
from tests.discussion.test_reading import many
from tests.journeys.conftest import HOME, Opened, with_keys
from tests.recordings_room.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]


def test_a_topic_read_as_a_whole_keeps_its_places_its_keys_and_what_comes(
    opened: Opened, topic: str, place: tuple[Server, Engine], people: dict[str, Member]
) -> None:
    with as_system(place[1]) as session:
        began = session.get_one(Topic, topic.rpartition("/")[2])
        many(session, began, people, 200, first=400)
        middle = session.exec(select(Message.id).where(Message.text == "Line 90", Message.topic_id == began.id)).one()
    page = opened("gus", topic, viewport={"width": 1280, "height": 600})
    page.get_by_role("link", name="Show all 201").click()
    page.wait_for_url("**?all=1")
    expect(page.locator("#messages > .msg")).to_have_count(201)
    page.goto(f"{topic}?all=1#message-{middle}")
    expect(page.locator(f"#message-{middle}")).to_be_in_viewport()
    with_keys(page).locator(f"#message-{middle} header a").first.focus()
    after = page.locator(f"#message-{middle} + .msg").get_attribute("id") or ""  # two of a second stand by their ids
    page.keyboard.press("j")
    expect(page.locator(".msg:focus")).to_have_id(after)
    expect(page.locator(".msg:focus")).to_be_in_viewport()
    page.keyboard.press("k")
    expect(page.locator(".msg:focus")).to_contain_text("Line 90")

    menu = page.locator(f"#message-{middle} details.acts")
    menu.locator("summary").click()
    menu.get_by_text("Mark new from here").click(trial=True)  # the message does not cut its open menu off
    page.keyboard.press("Escape")
    expect(menu.get_by_text("Mark new from here")).to_be_hidden()

    page.locator("form.composer textarea").fill("Written below all of it")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("Written below all of it")
    expect(page.locator("#messages > .msg")).to_have_count(202)
    other = opened("gil", topic)
    other.locator("form.composer textarea").fill("And an answer")
    other.keyboard.press("Control+Enter")
    expect(page.locator("#messages > .msg")).to_have_count(203)
    page.emulate_media(media="print")
    assert page.locator(".whole > .msg").first.evaluate("one => getComputedStyle(one).contentVisibility") == "visible"
    edge = "one => parseFloat(getComputedStyle(one, '::before').left)"
    ours = opened("ben", f"{topic}?all=1").locator(".whole > .msg.edge").first
    assert ours.evaluate(edge) >= 0  # what reaches out of a message there is clipped

    with as_system(place[1]) as session:
        session.viewer = people["ben"].viewer
        last = select(Message).where(Message.topic_id == began.id).order_by(col(Message.sent_at).desc())
        mark_read(session, began, session.exec(last.limit(1)).one())
        session.commit()
    ben = opened("ben", topic)
    expect(ben.locator("form.composer textarea")).to_be_in_viewport()  # nothing is new: one goes on at the end
    ben.goto(f"{topic}?at={middle}#message-{middle}")
    expect(ben.locator(f"#message-{middle}")).to_be_in_viewport()


def test_a_box_opens_for_the_customer_with_its_topic_and_keeps_what_is_in_it(
    opened: Opened, place: tuple[Server, Engine], people: dict[str, Member]
) -> None:
    with as_system(place[1]) as session:
        outage = session.exec(select(Escalation).where(Escalation.key == "ACME-7K4")).one()
        session.viewer = people["ben"].viewer
        began, _ = start_topic(session, outage, f"A plan {uuid.uuid4().hex[:4]}", Audience.shared, Words("We restart."))
        session.commit()
    ben, sue = (opened(nick, f"{HOME}/discussion/{began}?to=shared") for nick in ("ben", "sue"))
    box = ben.locator("form.composer textarea")
    box.fill("Only for us")
    expect(ben.locator("form.composer [name=audience]")).to_have_count(0)
    with as_system(place[1]) as session:
        held = session.exec(select(HeldMessage).where(HeldMessage.topic_id == began)).one()
        held.leaves_at = now()
        session.add(held)
        session.commit()
    for page in (ben, sue):
        expect(page.locator("form.composer [name=audience][value=internal]")).to_be_checked()
        expect(page.locator("#topic-reach")).to_have_text("")
    expect(box).to_have_value("Only for us")
    expect(box).to_be_focused()
    expect(sue.locator("form.composer textarea")).to_have_value("")
