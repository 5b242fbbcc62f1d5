"""In a real Chromium: an upload that outlives a killed server and a reload, and a player that follows the words."""

import re
from collections.abc import Iterator
from time import monotonic

import pytest
from playwright.sync_api import Page
from sqlmodel import select

from app.recordings.models import Recording
from tests.recordings_room.bringing import write_words
from tests.recordings_room.serving import Server, cookie_of, free_port
from tests.speech.making import make_tone

pytestmark = pytest.mark.browser
ROOM = "/escalations/ACME-7K4/recordings"
LINES = [f"Line number {number} of the call." for number in range(5)]


@pytest.fixture
def server(settings) -> Iterator[Server]:
    port = free_port()
    server = Server(settings.model_copy(update={"base_url": f"http://127.0.0.1:{port}", "port": port}), port)
    server.start()
    yield server
    for process in server.processes:
        process.kill()
        process.wait()


@pytest.fixture
def page(server, engine, people, chromium) -> Iterator[Page]:
    """Ben's."""
    name, token = cookie_of(engine, server.settings, people["ben"].id)
    context = chromium.new_context(base_url=server.site)
    context.add_cookies([{"name": name, "value": token, "url": server.site}])
    page = context.new_page()
    page.set_default_timeout(45_000)
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    yield page
    context.close()
    assert mistakes == []


def until(page: Page, holds: str) -> None:
    """Asked from outside: the content policy lets no text of ours become script inside."""
    deadline = monotonic() + 45
    while not page.evaluate(holds):
        assert monotonic() < deadline, f"never came true: {holds}"
        page.wait_for_timeout(50)


def fill_in(page: Page, path: str) -> None:
    page.set_input_files("#f-files", path)
    page.fill("#f-title", "Call on the import")
    page.fill("#f-others", "Ruth Adeyemi")
    page.fill("#f-how", "Asked aloud")


@pytest.mark.slow
def test_an_upload_goes_on_after_the_server_was_killed_and_the_page_reloaded(page, server, session, tmp_path):
    sound = make_tone(tmp_path / "long.wav", 1200)  # 38 MB: three pieces
    page.goto(f"{ROOM}/new")
    fill_in(page, str(sound))
    page.click("text=Upload >> nth=-1")
    page.locator("#uploading [data-pause]").wait_for()
    until(page, "Number(document.querySelector('#uploading .bar').getAttribute('aria-valuenow')) > 5")
    server.kill()
    page.locator("text=The server is away").wait_for()
    server.start()
    page.reload()
    row = page.locator("[data-unfinished]")
    assert "long.wav" in row.inner_text()
    with page.expect_file_chooser() as chooser:
        row.locator("label").click()
    chooser.value.set_files(str(make_tone(tmp_path / "other.wav", 1)))
    assert "That is another file" in row.inner_text()
    row.locator("[data-resume]").set_input_files(str(sound))
    page.wait_for_url(re.compile(r"/recordings/\w{16}$"))
    assert page.locator("h2.title").inner_text() == "Call on the import"
    recording = session.exec(select(Recording)).one()
    assert recording.size == sound.stat().st_size


def test_a_file_that_is_no_recording_is_said_beside_its_field_and_nothing_typed_is_lost(page, server, tmp_path):
    text = tmp_path / "notes.mp4"
    text.write_text("These are notes and no recording at all.\n" * 50)
    page.goto(f"{ROOM}/new")
    fill_in(page, str(text))
    page.click("text=Upload >> nth=-1")
    page.locator("[data-mistake]").wait_for()
    assert "This file holds text, not a recording" in page.locator("[data-mistake]").inner_text()
    assert page.input_value("#f-title") == "Call on the import" and page.is_visible("#upload-form")


def test_the_player_follows_seeks_and_finds(page, server, recorded):
    recording = recorded("Call", LINES)
    page.goto(f"{ROOM}/{recording.id}?t=4")
    now = "document.getElementById('media').currentTime"
    until(page, f"Math.abs({now} - 3.7) < 0.3")
    assert "Line number 2" in page.locator(".said[aria-current]").inner_text()
    page.locator(".said >> text=Line number 3").click()
    until(page, f"{now} >= 5.6")
    tools = page.locator("#line-tools")
    line = page.locator(".said[data-start='6.0']").get_attribute("id").removeprefix("line-")
    assert tools.locator("text=Make action").get_attribute("href").endswith(f"transcript_line:{line}")
    assert page.url.endswith(f"?t=6.0#line-{line}")
    page.fill("#find", "number")
    until(page, "document.querySelectorAll('mark').length === 5")
    assert page.locator("[data-count]").inner_text() == "5 hits"
    page.click("[data-next]")
    assert page.locator("[data-count]").inner_text() == "1 of 5"
    assert page.locator("svg.wave rect.hit").count() == 5
    page.fill("#find", "")
    until(page, "document.querySelectorAll('mark').length === 0")


def test_the_player_has_a_slider_speed_and_keys(page, server, recorded):
    page.goto(f"{ROOM}/{recorded('Call', LINES).id}")
    shape = page.locator("[data-shape]")
    shape.focus()
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('[data-shape]').getAttribute('aria-valuenow') === '5'")
    page.click("[data-faster]")
    assert page.locator("[data-speed]").inner_text() == "1.25×"
    page.reload()
    assert page.locator("[data-speed]").inner_text() == "1.25×"
    page.locator("h2.title").click()
    page.keyboard.press("l")
    until(page, "document.getElementById('media').currentTime > 8")


def test_words_appear_while_the_page_stays_open(page, server, recorded, engine, session):
    recording = recorded("Call")
    page.goto(f"{ROOM}/{recording.id}")
    page.locator("text=Waits for its turn").wait_for()
    write_words(engine, recording.id, LINES)
    page.locator("text=Line number 4 of the call").wait_for()
    page.locator("svg.wave").wait_for()
