"""In a real Chromium, in one small house: what one's hands notice. Keys, drafts, sending, the line that breaks, who is here."""

import re

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import Engine
from sqlmodel import select

from app.access.session import as_system
from app.discussion.models import Message, Posting, Topic
from tests.journeys.conftest import HOME, Opened, with_keys
from tests.recordings_room.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]


def test_keys_go_write_reply_and_can_be_switched_off(opened: Opened, topic: str) -> None:
    page = opened("ben", HOME)
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Keyboard shortcuts")
    for words in ("Go to the inbox", "Change the severity", "Go to, find or do"):
        expect(listed).to_contain_text(words)
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    severity = page.get_by_role("dialog", name="Change the severity")
    expect(severity.get_by_role("radio", checked=True)).to_be_focused()
    page.keyboard.press("ArrowUp")
    severity.get_by_role("button", name="Change severity").click()
    expect(page.locator(".vitals")).to_contain_text("1, critical")
    expect(severity).to_have_count(0)
    assert page.url.endswith(HOME)
    page.keyboard.press("g")
    page.keyboard.press("e")
    page.wait_for_url("**/escalations")
    with_keys(page).keyboard.press("j")
    expect(page.locator("[data-list] a:focus")).to_have_count(1)

    page.goto(topic)
    with_keys(page).get_by_text("It stopped at two. Why?").select_text()
    page.keyboard.press("r")
    page.wait_for_url(re.compile("reply="))
    expect(page.locator("form.composer textarea")).to_have_value("> It stopped at two. Why?\n\n")
    expect(page.locator("form.composer textarea")).to_be_focused()
    expect(page.get_by_text("In answer to")).to_be_visible()

    page.goto(topic)
    with_keys(page).keyboard.press("j")
    page.keyboard.press("r")
    page.wait_for_url(re.compile("reply="))
    expect(page.locator("form.composer textarea")).to_be_focused()

    page.goto(HOME)
    page.locator("#strip").scroll_into_view_if_needed()
    expect(page.locator("#strip svg")).to_be_visible()
    expect(page).to_have_title(re.compile("ACME-7K4"))
    with_keys(page).get_by_role("button", name="Keyboard shortcuts").click()
    with page.expect_response("**/profile/shortcuts"):
        page.get_by_label("Single keys act").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    with_keys(page).keyboard.press("g")
    page.keyboard.press("e")
    page.keyboard.press("?")
    page.keyboard.press("Control+k")
    expect(page.locator("dialog.palette[open]")).to_be_visible()  # it came after the others would have
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_have_count(0)
    assert page.url.endswith(HOME)


def test_the_palette_finds_acts_and_gives_the_focus_back(opened: Opened, topic: str) -> None:
    page = opened("sue", topic)
    box = page.locator("form.composer textarea")
    box.fill("In the middle of a")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Go to, find or do")
    expect(field).to_be_focused()
    page.keyboard.type("concern 2m9")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_text(re.compile("New concern in ACME-2M9"))
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    expect(box).to_have_value("In the middle of a")
    page.keyboard.press("Control+k")
    page.keyboard.type("stopped at two")
    expect(page.get_by_role("option", name=re.compile("It stopped at two"))).to_have_count(0)  # no worker indexes here
    expect(page.get_by_role("option", name="Search for “stopped at two”")).to_be_visible()
    field.fill("my desk")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r":\d+/$"))


def test_a_message_is_there_at_once_and_one_that_failed_is_sent_once(
    opened: Opened, topic: str, place: tuple[Server, Engine]
) -> None:
    page, guest = opened("ben", topic), opened("gus", topic)
    box = page.locator("form.composer textarea")
    box.fill("We look at it now.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages").get_by_text("We look at it now.")).to_be_visible()
    expect(page.locator("#pending-messages .pending")).to_have_count(0)
    expect(box).to_have_value("")

    held: list[Route] = []
    page.route("**/messages", lambda route: held.append(route))
    box.fill("A lock was never given back.")
    page.keyboard.press("Control+Enter")
    pending = page.locator("#pending-messages .pending")
    expect(pending).to_contain_text("Sending…")
    expect(pending).to_contain_text("A lock was never given back.")
    box.fill("And the next thought")
    # It arrives, and its answer does not.
    held[0].fetch()
    held[0].abort()
    expect(pending).to_contain_text("Not sent")
    page.unroute("**/messages")
    page.reload()
    expect(page.locator("form.composer textarea")).to_have_value("And the next thought")
    page.locator("#pending-messages .pending").get_by_role("button", name="Try again").click()
    expect(page.locator("#pending-messages .pending")).to_have_count(0)
    expect(page.locator("#messages").get_by_text("A lock was never given back.")).to_have_count(1)
    with as_system(place[1]) as session:
        assert len(session.exec(select(Message).where(Message.text == "A lock was never given back.")).all()) == 1
        assert session.exec(select(Topic).where(Topic.id == topic.rsplit("/", 1)[1])).one()
        assert len(session.exec(select(Posting)).all()) >= 2
    expect(guest.locator("#messages")).not_to_contain_text("lock")

    page.locator("form.composer").get_by_text("Shared", exact=True).click()
    page.locator("form.composer textarea").fill("It is a lock; we release it at four.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name=re.compile("Take back"))).to_be_visible()
    expect(page.locator(".toast")).to_contain_text("Undo")
    guest.locator("form.composer textarea").fill("Thank you")
    guest.keyboard.press("Control+Enter")
    expect(guest.locator("#messages")).to_contain_text("Thank you")


def test_what_two_tabs_of_a_topic_could_not_send_is_there_after_a_reload(opened: Opened, topic: str) -> None:
    first = opened("ben", topic)
    second = first.context.new_page()
    second.goto(topic)
    with_keys(second)
    for page in (first, second):  # each has begun before the other keeps anything
        page.evaluate("import(document.getElementById('app-script').dataset.sending).then(() => null)")
    for page, words in ((first, "Written in the first tab"), (second, "Written in the second tab")):
        page.route("**/messages", lambda route: route.abort())
        page.locator("form.composer textarea").fill(words)
        page.keyboard.press("Control+Enter")
        expect(page.locator("#pending-messages .pending")).to_contain_text("Not sent")
    first.close()
    second.unroute("**/messages")
    second.reload()
    pending = second.locator("#pending-messages .pending")
    expect(pending).to_have_count(2)
    pending.filter(has_text="first").get_by_role("button", name="Try again").click()
    expect(pending).to_have_count(1)
    second.reload()
    expect(pending).to_contain_text("Written in the second tab")


def test_a_draft_goes_on_at_another_device_and_ends_with_its_message(opened: Opened, topic: str) -> None:
    laptop, phone = opened("ben", topic), opened("ben", HOME, viewport={"width": 390, "height": 844})
    with laptop.expect_response("**/drafts"):
        laptop.locator("form.composer").get_by_text("Shared", exact=True).click()
        laptop.locator("form.composer textarea").fill("Half a thought")
    expect(laptop.locator("form.composer [data-state]")).to_have_text("Draft kept")
    phone.goto(topic)
    expect(phone.locator("form.composer textarea")).to_have_value("Half a thought")
    expect(phone.locator("form.composer [value=shared]")).to_be_checked()
    phone.locator("form.composer textarea").fill("A whole thought")
    phone.get_by_role("button", name=re.compile("Send to")).click()
    expect(phone.locator("#messages")).to_contain_text("A whole thought")
    laptop.reload()
    expect(laptop.locator("form.composer textarea")).to_have_value("")
    with laptop.expect_response("**/drafts"):
        laptop.goto(f"{HOME}/concerns/new")
        laptop.get_by_label("What is the worry?").fill("Invoices go out twice")
    laptop.evaluate("localStorage.clear()")
    laptop.goto(f"{HOME}/concerns/new")
    expect(laptop.get_by_label("What is the worry?")).to_have_value("Invoices go out twice")
    laptop.get_by_role("button", name="Raise the concern").click()
    laptop.wait_for_url(re.compile("/concerns/(?!new)"))
    # Where something stands already, what was typed is offered and not put in.
    laptop.locator("#words > summary").click()
    with laptop.expect_response(lambda answer: answer.url.endswith("/drafts") and answer.request.method == "POST"):
        laptop.locator("#w-words").fill("Invoices go out twice, at noon")
    laptop.reload()
    laptop.locator("#words > summary").click()
    expect(laptop.locator("#w-words")).to_have_value("Invoices go out twice")
    laptop.get_by_role("button", name="Put them back").click()
    expect(laptop.locator("#w-words")).to_have_value("Invoices go out twice, at noon")
    laptop.goto(f"{HOME}/concerns/new")
    expect(laptop.get_by_label("What is the worry?")).to_have_value("")


def test_without_a_line_nothing_is_lost_and_what_waits_goes_by_itself(opened: Opened, topic: str) -> None:
    page = opened("ben", topic)
    page.locator("form.composer textarea").fill("Written in a tunnel")
    assert page.evaluate("import(document.getElementById('app-script').dataset.sending).then(() => true)")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_contain_text("You are offline.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#pending-messages .pending")).to_contain_text("It goes when you are back")
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("#messages")).to_contain_text("Written in a tunnel")
    expect(page.locator("#pending-messages .pending")).to_have_count(0)


def test_what_comes_is_told_and_moves_nobody_and_colleagues_see_each_other(opened: Opened, topic: str) -> None:
    ben = opened("ben", topic, viewport={"width": 1280, "height": 420})
    ben.locator("[data-here-now][data-said]").wait_for(state="attached")
    sue = opened("sue", topic)
    expect(sue.get_by_role("img", name="Ben Okafor").first).to_be_visible()
    guest = opened("gus", topic)
    expect(guest.locator("[data-here-now]")).to_have_count(0)
    for number in range(2):
        guest.locator("form.composer textarea").fill(f"Line {number}\n\nof words\n\nthat fill the page")
        guest.keyboard.press("Control+Enter")
        expect(guest.locator("#pending-messages .pending")).to_have_count(0)
    expect(ben.locator("#messages")).to_contain_text("Line 1")
    ben.evaluate("scrollTo(0, 0)")
    ben.wait_for_function("scrollY === 0")
    guest.locator("form.composer textarea").fill("And one more")
    guest.keyboard.press("Control+Enter")
    expect(ben.locator(".jump-new")).to_contain_text("new message")
    expect(ben.locator("#announcer")).to_have_text(re.compile(r"^\d new messages?$"))
    assert ben.evaluate("scrollY") == 0
    ben.locator(".jump-new").click()
    expect(ben.locator(".jump-new")).to_have_count(0)
    expect(ben.get_by_text("And one more")).to_be_in_viewport()
