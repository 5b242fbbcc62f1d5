"""In a real Chromium: what is written while scripts and answers are still on their way."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.conftest import HOME, Opened

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]


def test_what_is_typed_before_the_scripts_are_there_is_kept_like_the_rest(opened: Opened, topic: str) -> None:
    page = opened("ben", f"{HOME}/concerns/new")
    waiting: list[Route] = []

    def hold(script: str) -> None:
        page.route(re.compile(f"/js/{script}"), lambda route: waiting.append(route))

    def let_it_come() -> None:
        while not waiting:
            page.wait_for_timeout(20)
        waiting.pop().continue_()
        page.unroute_all()

    page.get_by_label("What is the worry?").fill("Imports take all night")
    page.get_by_role("button", name="Raise the concern").click()
    page.wait_for_url(re.compile("/concerns/(?!new)"))
    page.goto(f"{HOME}/meetings/new")
    page.get_by_label("Title").fill("Call on the import")
    page.get_by_label("Begins").fill("2031-05-06T10:00")
    page.get_by_role("button", name="Plan it").click()
    page.get_by_role("button", name="Start meeting").click()
    note = page.locator("form[data-autosave] textarea").first
    expect(note).to_be_visible()
    hold("autosave")
    page.reload()
    note.fill("Written on a slow line")
    let_it_come()
    expect(page.locator("form[data-autosave] [data-state]").first).to_contain_text("Saved")
    page.reload()
    expect(note).to_have_value("Written on a slow line")

    page.goto(topic)
    box = page.locator("form.composer textarea")
    with page.expect_response(lambda answer: answer.url.endswith("/drafts") and answer.request.method == "POST"):
        box.fill("Yesterday's half")
    page.goto(HOME)
    hold("drafts")
    page.goto(topic)
    box.fill("Today's whole")
    with page.expect_response(lambda answer: answer.url.endswith("/drafts") and answer.request.method == "POST"):
        let_it_come()
    expect(box).to_have_value("Today's whole")
    page.get_by_role("button", name="Put them back").click()
    expect(box).to_have_value("Yesterday's half")


def test_what_is_sent_while_the_server_is_asked_for_drafts_is_no_draft_any_more(opened: Opened) -> None:
    page = opened("ben", HOME)
    waiting: dict[str, Route] = {}

    def come(what: str) -> None:
        while what not in waiting:
            page.wait_for_timeout(20)
        waiting.pop(what).continue_()

    def of_post(what: str, route: Route) -> None:
        if (route.request.method == "POST") == (what == "the concern"):
            waiting[what] = route
        else:
            route.continue_()

    page.route(re.compile("/js/drafts"), lambda route: waiting.update({"the script": route}))
    page.route(re.compile(r"/drafts\?place"), lambda route: of_post("the draft", route))
    page.route(re.compile("/concerns$"), lambda route: of_post("the concern", route))
    page.goto(f"{HOME}/concerns/new")
    page.get_by_label("What is the worry?").fill("Sent on a slow line")
    come("the script")
    while "the draft" not in waiting:
        page.wait_for_timeout(20)
    page.get_by_role("button", name="Raise the concern").click(no_wait_after=True)
    come("the draft")
    page.wait_for_timeout(1600)  # longer than a draft waits to be saved
    come("the concern")
    page.wait_for_url(re.compile("/concerns/(?!new)"))
    page.unroute_all()
    with page.expect_response("**/drafts?place=*"):
        page.goto(f"{HOME}/concerns/new")
    expect(page.get_by_label("What is the worry?")).to_have_value("")
    assert page.get_by_text("were not sent").count() == 0
