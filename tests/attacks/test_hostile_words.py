"""Words that were written to run, in every text field there is, and what becomes of them."""

import threading
import time
from contextlib import ExitStack
from dataclasses import replace

import pytest
import uvicorn
from playwright.sync_api import ConsoleMessage, Dialog, Page, Request

from app.access.session import as_system
from app.foundation import clock
from app.foundation.clock import now
from app.foundation.settings import Settings
from app.main import build_site
from app.notifications.spreading import spread_news
from app.outbox.sending import send_due
from app.people.models import Person
from app.sign_in import sessions
from tests.attacks.browsing import harm_in
from tests.attacks.conftest import copied_world
from tests.attacks.hostile_words import AT, CORPUS, fill_everything, packed, pages_of
from tests.mailbox import Mailbox
from tests.worlds.conftest import LATER


@pytest.fixture(scope="module")
def filled_world(world_template, database_server, tmp_path_factory):
    """The world with the corpus in every text field, and how often each form took it."""
    with copied_world(world_template, database_server, tmp_path_factory.mktemp("hostile")) as world:
        yield world, fill_everything(world)


@pytest.fixture
def filled(filled_world):
    world, taken = filled_world
    clock.set_clock(LATER)
    with ExitStack() as stack:
        yield replace(world, stack=stack, browsers={}), taken


def test_the_corpus_is_large_and_every_form_took_it(filled):
    """D70: else the pages below would prove nothing."""
    _, taken = filled
    assert len(CORPUS) >= 60 and all(len(text) <= 110 for text in packed(110))
    assert {form: count for form, count in taken.items() if not count} == {}
    assert len(taken) >= 25 and taken["g1 /concerns"] >= 10


@pytest.mark.parametrize("nick", ["g1", "s1"])
def test_pages_hold_hostile_words_as_words(filled, nick):
    """D70, D80, D71: nothing that runs, nothing that is fetched from elsewhere, on any page of either side."""
    world, _ = filled
    browser, harmful, shown = world.browser(nick), {}, 0
    for address in pages_of(world):
        answer = browser.get(address)
        assert answer.status_code in (200, 303, 404), address
        if harm := harm_in(answer.text):
            harmful[address] = harm[:5]
        shown += answer.text.count("alert(1)")
    assert harmful == {} and shown > 300


def test_the_eye_for_harm_is_open():
    """D70: what it must see, it sees."""
    for text in (
        "<script>x</script>",
        "<img src=x onerror=y>",
        '<a href="jav\tascript:x">',
        "<svg onload=x>",
        "<iframe srcdoc=x>",
        "<img src='https://evil.example/x'>",
        "<p style='x'>",
        "<form action='javascript:x'>",
    ):
        assert harm_in(text), text
    assert harm_in('<a href="https://evil.example/">x</a><img src="/static/x.svg"><p>javascript:alert(1)</p>') == []


def html_of(letter):
    return letter.get_body(("html",)).get_content()


def test_letters_hold_hostile_words_as_words(filled):
    """D74, D71, D80: names, titles and texts in subjects and bodies; one mailbox for each letter, no header of theirs."""
    world, _ = filled
    mailbox = Mailbox()
    mailbox.start()
    try:
        settings = world.settings.model_copy(update={"smtp_url": mailbox.url})
        with as_system(world.engine) as session:
            while spread_news(session, settings, now()):
                session.commit()
            session.commit()
        with as_system(world.engine) as session:
            while send_due(session, settings, now() + (sessions.GUEST_IDLE)):
                session.commit()
    finally:
        mailbox.stop()
    assert len(mailbox.letters) > 4
    for letter, recipients, raw in zip(mailbox.letters, mailbox.recipients, mailbox.raw, strict=True):
        assert len(recipients) == 1 and letter["To"] == recipients[0]
        assert (
            letter["Bcc"] is letter["Cc"] is None
            and len(letter.get_all("Subject", [])) == len(letter.get_all("From", [])) == 1
        )
        html = html_of(letter)
        assert harm_in(html.replace(' style="', ' class="')) == [], html
        assert b"\r\nBcc:" not in raw
    assert any("alert(1)" in html_of(letter) for letter in mailbox.letters)


@pytest.mark.browser
def test_no_script_runs_and_no_policy_is_breached_in_a_real_browser(filled, chromium):
    """D70, D80: a real browser on the fullest pages; no dialog, no breach of the content policy, no foreign host."""
    world, _ = filled
    sign_ins = {}
    with as_system(world.engine) as session:
        for nick in ("g1", "s1"):
            sign_ins[nick] = sessions.start(session, session.get_one(Person, world.people[nick]))
        session.commit()
    faults = []
    with serving(world) as url:
        for nick, token in sign_ins.items():
            context = chromium.new_context()
            context.add_cookies([{"name": "evenkeel", "value": token, "url": url}])
            page = context.new_page()
            watch(page, url, faults)
            for address in (
                "",
                "/concerns",
                f"/discussion/{world.sets['own']['topic_id']}",
                f"/meetings/{world.sets['own']['meeting_id']}",
            ):
                answer = page.goto(url + AT + address, wait_until="load")
                assert answer is not None and answer.status == 200, (nick, address)
            context.close()
    assert faults == []


REPORTS = "addEventListener('securitypolicyviolation', e => console.error('Security: ' + e.violatedDirective))"


def watch(page: Page, url: str, faults: list[str]) -> None:
    def asked(dialog: Dialog) -> None:
        faults.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def requested(request: Request) -> None:
        if not request.url.startswith((url, "data:", "blob:")):
            faults.append(f"another host: {request.url}")

    def said(message: ConsoleMessage) -> None:
        if "ecurity" in message.text:
            faults.append(message.text)

    page.on("dialog", asked)
    page.on("request", requested)
    page.on("console", said)
    page.add_init_script(REPORTS)


class serving:
    """The world's site on a port of this machine, as long as the block lasts."""

    def __init__(self, world):
        self.world = world

    def __enter__(self):
        settings = Settings(
            data_dir=self.world.settings.data_dir,
            base_url="http://127.0.0.1",
            database_url=self.world.settings.database_url,
            secret_key=self.world.settings.secret_key,
        )
        config = uvicorn.Config(build_site(settings, self.world.engine), port=0, log_level="error", access_log=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        ends = time.monotonic() + 30
        while not self.server.started and time.monotonic() < ends:
            time.sleep(0.02)
        [socket] = self.server.servers[0].sockets
        return f"http://127.0.0.1:{socket.getsockname()[1]}"

    def __exit__(self, *_):
        self.server.should_exit = True
        self.thread.join(timeout=30)
