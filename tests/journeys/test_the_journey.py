"""One escalation from its first minute, as its people live it."""

import re
import shutil
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from app.access.session import as_system
from app.foundation.database import for_reading, open_database
from app.recordings.models import Upload
from tests.journeys.acts import (
    accept_invitation,
    describe_recording,
    invite_colleague,
    invite_guests,
    join,
    move_up,
    open_escalation,
    plan_meeting,
    raise_concern,
    set_up,
    share_concern,
    share_meeting,
    start_topic,
    write_message,
)
from tests.journeys.conftest import BrowserFor
from tests.journeys.house import House
from tests.journeys.visitors import Visitor
from tests.mailbox import words_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

ACME = "Acme Logistics"
GUESTS = {"Mark Ellison": "mark@acme.example", "Ruth Adeyemi": "ruth@acme.example"}
CONCERNS = ["Invoices go out twice", "Nobody tells us when", "Imports take all night"]
# Invented words, each written where nobody of the customer may read it.
CANARIES = {
    "concern": "Zanzerfinch",
    "remarks": "Quillothrush",
    "health": "Marblewarbler",
    "note": "Fenwickbunting",
    "message": "Ostrelark",
    "topic": "Bramblepipit",
    "file name": "Tuskergrebe",
    "file of the recording": "Willowskua",
}
ASKED_FOR = "Send the list of doubled invoices"
AROUND_IT = "Finance wants number, customer and amount, as said under the second point."
SAID = "can do for your country"  # at the end of a sentence, which the engine breaks now here, now there
SAID_AT = 177  # seconds into the recording, when that speech begins


def test_a_customer_and_a_team_work_from_the_same_truth(
    house: House, browser_for: BrowserFor, recordings: Path, tmp_path: Path
) -> None:
    nora, tomas, mark, ruth = (browser_for(name) for name in ("nora", "tomas", "mark", "ruth"))
    at = _begin(nora, tomas)
    _let_the_customer_in(nora, mark, ruth, at)
    recording = _upload_through_a_power_cut(
        nora,
        [tomas, mark, ruth],
        at,
        shutil.copy(recordings / "meeting_shared.mp4", tmp_path / f"{CANARIES['file of the recording']}.mp4"),
    )
    meeting = _meet(nora, ruth, at)
    _ask_somebody_absent(nora, house, meeting)
    topic = _talk(nora, tomas, ruth, mark, at, tmp_path)
    _find_what_was_said(nora, ruth, at, recording)
    places = ["/", "/inbox", "/search?q=bird", at, meeting, topic, f"{at}/recordings", recording]
    places += [f"{at}/{room}" for room in ("concerns", "actions", "discussion", "meetings", "people", "timeline")]
    for guest in (mark, ruth):
        for place in places:
            guest.go(place)
            expect(guest.page.get_by_role("heading").first).to_be_visible()
    _nothing_internal_left_the_house(house, [mark, ruth], [nora, tomas])


def _begin(nora: Visitor, tomas: Visitor) -> str:
    set_up(nora)
    invite_colleague(nora, "Tomás Ferrer", "tomas@tidewater.example")
    join(tomas, "tomas@tidewater.example")
    at = open_escalation(nora, "Nightly import fails", ACME)
    for words in CONCERNS:
        raise_concern(nora, at, words)
        share_concern(nora, at, words, ACME)
    page = raise_concern(nora, at, f"They may leave, says {CANARIES['concern']}", f"The bird {CANARIES['concern']}")
    page.get_by_text("Work and remarks").click()
    page.get_by_label("Remarks").fill(f"The bird {CANARIES['remarks']} sings of the renewal.")
    page.locator("#inside").get_by_role("button", name="Save").click()
    expect(page.get_by_text(CANARIES["remarks"]).first).to_be_visible()
    page = nora.go(f"{at}/vitals")
    page.get_by_label("Health").select_option("critical")
    page.locator("form", has=page.get_by_label("Health")).get_by_role("button", name="Save").click()
    page.get_by_label("Notes for our people").fill(f"The bird {CANARIES['health']} is at risk.")
    page.locator("form", has=page.get_by_label("Notes for our people")).get_by_role("button", name="Save").click()
    expect(page.get_by_label("Notes for our people")).to_have_value(f"The bird {CANARIES['health']} is at risk.")
    return at


def _let_the_customer_in(nora: Visitor, mark: Visitor, ruth: Visitor, at: str) -> None:
    invite_guests(nora, at, GUESTS)
    accept_invitation(mark, "mark@acme.example")
    accept_invitation(ruth, "ruth@acme.example")
    order = nora.go(f"{at}/concerns").locator("#order-theirs")
    expect(order.locator("tbody tr, tr[data-id]")).to_have_count(3)
    raise_concern(ruth, at, "We cannot see what was corrected", "Finance needs a list.")
    move_up(ruth, at, "We cannot see what was corrected")
    # Nora looked on all the while, and her page followed.
    expect(order.locator("tr[data-id]").nth(2)).to_contain_text("We cannot see what was corrected")


def _upload_through_a_power_cut(nora: Visitor, others: list[Visitor], at: str, file: str | Path) -> str:
    page = nora.go(f"{at}/recordings/new")
    describe_recording(page, Path(file), "Call on the import")
    nora.wire.hold_after(500_000)
    with ExitStack() as outage:
        for visitor in (nora, *others):
            outage.enter_context(visitor.forgiving("net::ERR_"))
        page.get_by_role("button", name="Upload").click()
        nora.house.wait_until(lambda: nora.wire.is_holding, "half of the recording")
        nora.house.kill9()
        nora.wire.let_go()
        nora.house.start()
        expect(page.get_by_role("heading", name="Call on the import")).to_be_visible(timeout=60_000)
    return page.url.removeprefix(nora.house.url).partition("?")[0]


def _meet(nora: Visitor, ruth: Visitor, at: str) -> str:
    begins = datetime.now(UTC) + timedelta(days=1)
    meeting = plan_meeting(nora, at, "Call with Acme", begins.strftime("%Y-%m-%dT%H:%M"))
    share_meeting(nora, meeting, ACME)
    page = nora.go(meeting)
    expect(page.locator("#agenda-order > li")).to_have_count(5)  # composed: each concern that is open
    page.get_by_role("button", name="Start meeting").click()
    ours = page.get_by_label(f"Shared notes: {CONCERNS[0]}", exact=True)
    page.get_by_label(f"Internal notes: {CONCERNS[0]}", exact=True).fill(
        f"The bird {CANARIES['note']} must not be promised."
    )
    theirs = ruth.go(meeting).get_by_label(f"Notes: {CONCERNS[0]}", exact=True)
    ours.fill("The retry is off since 11:20.")
    theirs.fill("214 customers got two invoices.")
    for text in (ours, theirs):  # whoever comes second in the same line is told that both are kept
        state = text.locator("xpath=ancestor::form").locator("[data-state]")
        expect(state).to_contain_text(re.compile("Saved|both are kept"))
    for visitor, label in ((nora, "Shared notes"), (ruth, "Notes")):
        text = visitor.go(meeting).get_by_label(f"{label}: {CONCERNS[0]}", exact=True)
        for words in ("The retry is off since 11:20.", "214 customers got two invoices."):
            expect(text).to_have_value(re.compile(re.escape(words)))
    return meeting


def _ask_somebody_absent(nora: Visitor, house: House, meeting: str) -> None:
    page = nora.go(meeting)
    page.locator("section.item", has_text=CONCERNS[1]).get_by_role("link", name="Make action").first.click()
    page.get_by_label("What is to be done").fill(ASKED_FOR)
    page.get_by_label("Words around it").fill(AROUND_IT)
    page.get_by_role("combobox", name="Who").select_option(label=f"Mark Ellison, {ACME}")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_role("button", name="and ask Mark Ellison").click()
    expect(page.get_by_role("region", name="Captured").get_by_text(ASKED_FOR)).to_be_visible()  # the meeting goes on
    house.wait_until(lambda: any(ASKED_FOR in words_of(one) for one in house.mailbox.to("mark@acme.example")), "letter")
    letter = next(words_of(one) for one in house.mailbox.to("mark@acme.example") if ASKED_FOR in words_of(one))
    assert AROUND_IT in " ".join(letter.split())


def _talk(nora: Visitor, tomas: Visitor, ruth: Visitor, mark: Visitor, at: str, folder: Path) -> str:
    named = folder / f"{CANARIES['file name']}.txt"
    named.write_text("for our eyes")
    start_topic(tomas, at, f"The bird {CANARIES['topic']}", "What do we offer them?", [named])
    topic = start_topic(ruth, at, "Doubled invoices of this week", "Is the retry off for tonight?")
    page = nora.go(topic)
    tomas.go(topic)
    write_message(page, f"The bird {CANARIES['message']} says no.")
    expect(tomas.page.get_by_text(CANARIES["message"])).to_be_visible()
    write_message(page, "It is off, and Tomás watches the run.", audience="Shared")
    # It can be taken back for a few seconds; then it appears where Ruth already is.
    expect(ruth.page.get_by_text("It is off, and Tomás watches the run.")).to_be_visible(timeout=60_000)
    mark.go(topic)
    write_message(mark.page, "Thank you, I am online from 08:30.")
    for reader in (nora, tomas, ruth):
        expect(reader.page.get_by_text("Thank you, I am online from 08:30.").first).to_be_visible()
    return topic


def _find_what_was_said(nora: Visitor, ruth: Visitor, at: str, recording: str) -> None:
    page = nora.go(recording)
    expect(page.locator("#transcript")).to_contain_text(SAID, timeout=600_000)
    expect(page.locator("#standing")).to_have_count(0, timeout=60_000)
    nora.go(f"{recording}/sharing").get_by_role("button", name=f"Share with {ACME}").click()
    page = ruth.go("/")
    nora.house.wait_until(lambda: _finds(ruth, SAID), "words of the recording in the search")
    page.locator(".hits a").first.click()
    page.wait_for_function("at => Math.abs(document.querySelector('#media').currentTime - at) < 12", arg=SAID_AT)
    expect(page.locator("#transcript [aria-current]")).to_contain_text("country")


def _finds(visitor: Visitor, phrase: str) -> bool:
    page = visitor.go(f'/search?q="{phrase}"')
    return bool(page.locator(".hits a").count())


def _nothing_internal_left_the_house(house: House, guests: list[Visitor], staff: list[Visitor]) -> None:
    for guest in guests:
        assert guest.wire.finds(CONCERNS[0]), "The wire kept nothing, so it proves nothing."
        leaks = {where: found for where, word in CANARIES.items() if (found := guest.wire.finds(word))}
        assert not leaks, f"{guest.name} was sent {leaks}"
    for where, word in CANARIES.items():
        # How a file was called is shown to its sender while it is on its way, which may be shorter than a look.
        known = (
            _is_kept(house, word) if where == "file of the recording" else any(one.wire.finds(word) for one in staff)
        )
        assert known, f"Nobody of ours ever saw {word}, so it proves nothing."
    letters = [one for address in GUESTS.values() for one in house.mailbox.to(address)]
    assert letters
    told = [word for word in CANARIES.values() for one in letters if word in one.as_string()]
    assert not told


def _is_kept(house: House, word: str) -> bool:
    engine = open_database(house.environment["EVENKEEL_DATABASE_URL"] or f"sqlite:///{house.data_dir / 'evenkeel.db'}")
    with as_system(for_reading(engine)) as session:
        names = session.exec(select(Upload.name)).all()
    engine.dispose()
    return any(word in name for name in names)
