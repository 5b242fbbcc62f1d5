"""FD27: a backup made while people write, restored elsewhere and into the other kind of database, compared row by row."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from app.access.session import as_system
from app.concerns.models import Concern
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.database import for_reading, open_database
from app.foundation.jobs import JobRecord, JobStatus
from app.foundation.settings import Settings
from app.main import build_site
from app.operating.backups.making import make_backup
from app.operating.backups.restoring import restore_backup
from app.operating.doctor import examine
from app.operating.migrating import pending
from app.operating.two_worlds.world import PASSWORD
from app.outbox.models import Letter, LetterState
from app.outbox.sending import send_due
from app.people.models import Account, SignIn
from app.search.indexing import is_complete
from app.timeline.models import Pulse, TimelineEntry
from tests.backups.conftest import Filled, Place, everything, files_of
from tests.conftest import FROM_OUR_PAGE, ON_POSTGRES, SITE
from tests.mailbox import Mailbox

# What a restore changes on purpose: sign-ins, links and tokens end, jobs are asked for again, half an upload is given up, the
# search looks through everything, and who is alive is told anew.
CHANGED = {"sign_in", "one_time_link", "personal_token", "job", "upload", "errand", "worker_heartbeat"}
JOURNEYS = ["postgresql to postgresql", "postgresql to sqlite", "and back to postgresql"] if ON_POSTGRES else ["sqlite"]


@pytest.fixture(scope="module")
def journeys(filled: Filled, place_for: Place, backup: Path) -> dict[str, Settings]:
    """Where the good backup was brought."""
    if not ON_POSTGRES:
        return {"sqlite": restored(place_for("sqlite"), backup)}
    there, other = place_for("postgresql"), place_for("sqlite")
    settings = {
        "postgresql to postgresql": restored(there, backup),
        "postgresql to sqlite": restored(other, backup),
    }
    engine = open_database(other.database)
    second = make_backup(other, engine, backup.with_name("second.backup")).path
    engine.dispose()
    return {**settings, "and back to postgresql": restored(place_for("postgresql"), second)}


def restored(settings: Settings, path: Path) -> Settings:
    restore_backup(settings, path)
    return settings


@pytest.fixture(params=JOURNEYS)
def arrived(request: pytest.FixtureRequest, journeys: dict[str, Settings], own_kind: str) -> Settings:
    return journeys[request.param]


def test_every_row_and_every_byte_of_every_file_arrives(arrived: Settings, filled: Filled) -> None:
    engine = open_database(arrived.database)
    before, after = everything(filled.engine), everything(engine)
    assert sum(map(len, before.values())) > 300
    assert {name: rows for name, rows in before.items() if name not in CHANGED} == {
        name: rows for name, rows in after.items() if name not in CHANGED
    }
    assert {name: len(before[name]) for name in CHANGED - {"errand"}} == {
        name: len(after[name]) for name in CHANGED - {"errand"}
    }
    assert files_of(arrived) == files_of(filled.settings) and len(files_of(arrived)) >= 3
    assert pending(engine) == []
    engine.dispose()


def test_the_doctor_finds_nothing_broken_afterwards(arrived: Settings) -> None:
    broken = [finding for finding in examine(arrived) if finding.is_broken]
    assert [
        finding for finding in broken if finding.name != "backup"
    ] == []  # that one speaks of the place it came from


def test_everybody_is_signed_out_and_what_waited_still_waits(arrived: Settings) -> None:
    engine = open_database(arrived.database)
    with as_system(for_reading(engine)) as session:
        assert session.exec(select(SignIn).where(col(SignIn.ended_at).is_(None))).first() is None
        letters = {
            letter.key: letter.state for letter in session.exec(select(Letter).where(col(Letter.key).is_not(None)))
        }
        assert (letters["left"], letters["waits"]) == (LetterState.sent, LetterState.waiting)
        job = session.get_one(JobRecord, "job-that-waits")
        assert job.status is JobStatus.WAITING and not job.is_handed_over and job.arguments[0].startswith("recordings/")
        assert is_complete(session)
    engine.dispose()


def test_a_person_signs_in_finds_words_and_opens_a_page(arrived: Settings, filled: Filled) -> None:
    engine = open_database(arrived.database)
    site = build_site(arrived, engine)
    with as_system(for_reading(engine)) as session:
        email = session.get_one(Account, filled.people["s1"]).email
        key = session.get_one(Escalation, filled.ids["E1"]).key
        concern = session.exec(select(Concern).where(Concern.escalation_id == filled.ids["E1"])).first()
        assert concern
    with TestClient(site, base_url=SITE, headers=FROM_OUR_PAGE) as browser:
        browser.post("/sign-in", data={"email": email, "password": PASSWORD})
        page = browser.get(f"/escalations/{key}")
        assert page.status_code == 200
        found = browser.get("/search", params={"q": concern.words})
        assert concern.id in found.text
    engine.dispose()


def test_a_letter_that_left_leaves_no_second_time_and_one_that_waits_does(
    journeys: dict[str, Settings], mailbox: Mailbox, own_kind: str
) -> None:
    settings = journeys[JOURNEYS[0]].model_copy(update={"smtp_url": mailbox.url})
    engine = open_database(settings.database)
    with as_system(for_reading(engine)) as session:
        waiting = set(session.exec(select(Letter.id).where(Letter.state == LetterState.waiting)))
        left = set(session.exec(select(Letter.id).where(Letter.state == LetterState.sent)))
    with as_system(engine) as session:
        send_due(session, settings, now())
    sent = {letter["Message-ID"].strip("<>").partition("@")[0] for letter in mailbox.letters}
    assert sent and sent <= waiting and not sent & left
    engine.dispose()


@pytest.fixture
def writer(filled: Filled) -> Iterator[list[str]]:
    """Somebody who writes as fast as they are answered; what was acknowledged, in order."""
    acknowledged: list[str] = []
    stop = Event()

    def write() -> None:
        while not stop.is_set():
            words = f"Act {len(acknowledged)} under load"
            filled.raise_concern(words)
            acknowledged.append(words)

    thread = Thread(target=write)
    thread.start()
    yield acknowledged
    stop.set()
    thread.join()


def test_a_backup_under_load_holds_one_moment_and_all_that_was_acknowledged_before_it(
    filled: Filled, place_for: Place, own_kind: str, tmp_path: Path, writer: list[str]
) -> None:
    while len(writer) < 5:
        Event().wait(0.01)
    before = len(writer)
    made = make_backup(filled.settings, filled.engine, tmp_path / "busy.backup")
    while len(writer) <= before:  # there was somebody whom the backup did not hold up
        Event().wait(0.01)
    assert made.missing == [] and made.removed == []
    place = restored(place_for(own_kind), made.path)
    engine = open_database(place.database)
    with as_system(for_reading(engine)) as session:
        kept = dict(session.exec(select(Concern.id, Concern.words)).all())
        told = set(session.exec(select(TimelineEntry.subject_id).where(TimelineEntry.subject_kind == "concern")))
        place_of = TimelineEntry.escalation_id == filled.ids["E1"]
        newest = session.exec(select(func.max(TimelineEntry.number)).where(place_of)).one()
        pulse = session.get_one(Pulse, f"escalation:{filled.ids['E1']}").number
    engine.dispose()
    numbers = sorted(int(words.split()[1]) for words in kept.values() if words.startswith("Act "))
    assert numbers == list(range(len(numbers))) and len(numbers) >= before  # each up to one moment, none after it
    assert told == set(kept) and newest == pulse  # and of no act a half
