"""Whoever has no script, or whose script did not load, does the same work by plain forms and links."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.acts import (
    PASSWORD,
    describe_recording,
    move_up,
    plan_meeting,
    raise_concern,
    share_meeting,
    start_topic,
    write_message,
)
from tests.journeys.conftest import BrowserFor
from tests.journeys.furnishing import Furnished
from tests.journeys.house import House
from tests.journeys.visitors import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

WORRY = "We cannot print an invoice"


def test_the_main_path_needs_no_script(
    house: House, furnished: Furnished, browser_for: BrowserFor, recordings: Path, tmp_path: Path
) -> None:
    nora, ruth = (browser_for(name, javascript=False) for name in ("nora", "ruth"))
    _sign_in_after_a_mistake(nora)
    furnished.sign_in(ruth, "ruth")
    at = furnished.lived_in
    raise_concern(ruth, at, WORRY, "Since this morning.")
    move_up(ruth, at, WORRY)
    _change_theme(ruth)
    _write_with_a_file(ruth, nora, at, tmp_path)
    _do_what_is_asked(nora, at)
    _take_notes(nora, ruth, at)
    _upload_a_small_file(nora, at, Path(shutil.copy(recordings / "LJ001-0002.flac", tmp_path / "call.flac")))
    _search(house, nora)
    _turn_the_page(nora, at)
    page = nora.go(at)
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_label("Password")).to_be_visible()


def _sign_in_after_a_mistake(nora: Visitor) -> None:
    page = nora.go("/")
    page.get_by_label("E-mail address").first.fill("nora@tidewater.example")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("do not belong together")).to_be_visible()
    expect(page.get_by_label("E-mail address").first).to_have_value("nora@tidewater.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="My desk")).to_be_visible()


def _change_theme(visitor: Visitor) -> None:
    page = visitor.go("/")
    page.get_by_role("button", name="Switch between light and dark").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def _write_with_a_file(ruth: Visitor, nora: Visitor, at: str, folder: Path) -> None:
    attached = folder / "doubled.csv"
    attached.write_text("invoice;customer;amount\n17;Hart;20\n")
    topic = start_topic(ruth, at, "Without a script", "The list is attached.", [attached])
    with ruth.page.expect_download() as download:
        ruth.page.get_by_role("link", name="doubled.csv").click()
    assert "17;Hart;20" in download.value.path().read_text()
    page = nora.go(topic)
    write_message(page, "Only we read this.")
    expect(page.get_by_text("Only we read this.")).to_be_visible()
    expect(ruth.go(topic).get_by_text("Only we read this.")).to_have_count(0)


def _do_what_is_asked(nora: Visitor, at: str) -> None:
    page = nora.go(f"{at}/actions/new")
    page.get_by_label("What is to be done").fill("   ")  # the browser takes that for words; we do not
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.get_by_label("What is to be done").fill("Ring the warehouse")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("heading", name="Ring the warehouse")).to_be_visible()
    page = nora.go(f"{at}/actions")
    page.get_by_role("button", name="Mark done: Ring the warehouse").click()
    expect(page.get_by_role("link", name="Ring the warehouse")).to_have_count(0)
    expect(nora.go(f"{at}/actions?show=done").get_by_role("link", name="Ring the warehouse")).to_be_visible()


def _take_notes(nora: Visitor, ruth: Visitor, at: str) -> None:
    begins = datetime.now(UTC) + timedelta(days=1)
    meeting = plan_meeting(nora, at, "Call without a script", begins.strftime("%Y-%m-%dT%H:%M"))
    share_meeting(nora, meeting, "Acme Logistics")
    ours, theirs = nora.go(meeting), ruth.go(meeting)
    _note(ours, "Shared notes", "Ours stands.")
    _note(theirs, "Notes", "Theirs stands.")  # begun before ours was saved
    text = nora.go(meeting).get_by_role("textbox", name="Shared notes").first
    kept = text.input_value()
    assert "Ours stands." in kept, kept
    assert "Theirs stands." in kept, kept


def _note(page: Page, label: str, text: str) -> None:
    form = page.locator("form[data-autosave]", has=page.get_by_role("textbox", name=label)).first
    form.locator("textarea").fill(text)
    form.get_by_role("button", name="Save").click()
    expect(page.locator("form[data-autosave]", has=page.get_by_role("textbox", name=label)).first).to_contain_text(
        "Saved"
    )


def _upload_a_small_file(nora: Visitor, at: str, file: Path) -> None:
    page = nora.go(f"{at}/recordings/new")
    describe_recording(page, file, "Two seconds of reading")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Two seconds of reading")).to_be_visible()


def _search(house: House, nora: Visitor) -> None:
    def finds() -> bool:
        page = nora.go("/search")
        page.get_by_label("Look for").fill("print invoice")
        page.get_by_role("button", name="Search").click()
        return bool(page.locator(".hits a", has_text=WORRY).count())

    house.wait_until(finds, "concern in the search")
    nora.page.locator(".hits a", has_text=WORRY).first.click()
    expect(nora.page.get_by_role("heading", name=WORRY).first).to_be_visible()


def _turn_the_page(nora: Visitor, at: str) -> None:
    page = nora.go(f"{at}/timeline")
    first = page.locator("main .main li").first.inner_text()
    page.get_by_role("link", name="Older").first.click()
    expect(page.locator("main .main li").first).not_to_have_text(first)
