"""Two web processes and two workers share one PostgreSQL and one S3: what happens at one of them is true at all of them,
and whatever one of them had in hand when it was killed is done by another, once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from uuid import uuid4

import httpx2
import pytest

from app.access.session import as_system
from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.operating.migrating import pending
from app.people.models import LinkPurpose
from app.sign_in.links import send_link
from tests.conftest import ON_POSTGRES
from tests.faults.conftest import furnish
from tests.faults.server import HOME, KEY, ROOT
from tests.faults.test_uploads import begin_sending, offset_of
from tests.mailbox import Mailbox
from tests.many_processes.town import SECRET, Town, town_of
from tests.postgres import create_database, drop_database
from tests.recordings_room.bringing import SOUNDS, announce, send
from tests.storage_in_s3.conftest import BUCKET
from tests.storage_in_s3.conftest import proxy as proxy
from tests.storage_in_s3.conftest import s3 as s3
from tests.storage_in_s3.proxy import Asked, Proxy

pytestmark = pytest.mark.timeout(400)
SOUND = (SOUNDS / "jfk.flac").read_bytes()


@pytest.fixture
def empty_database(database_server: str, tmp_path: Path) -> Iterator[str]:
    if not ON_POSTGRES:
        yield ""
        return
    name = f"empty_{uuid4().hex[:12]}"
    yield create_database(database_server, name)
    drop_database(database_server, name)


def test_several_processes_that_start_on_an_empty_database_bring_it_up_once(
    empty_database: str, tmp_path: Path
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EVENKEEL_")}
    environment |= {"EVENKEEL_DATA_DIR": str(tmp_path), "EVENKEEL_DATABASE_URL": empty_database}
    command = [sys.executable, "-m", "app.command", "migrate"]
    started = [subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate(timeout=180)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    engine = open_database(Settings(data_dir=tmp_path, database_url=empty_database).database)
    assert pending(engine) == []
    engine.dispose()


@pytest.fixture
def town(empty_database: str, tmp_path: Path, proxy: Proxy, mailbox: Mailbox) -> Iterator[Town]:
    furniture = furnish(Settings(data_dir=tmp_path, database_url=empty_database, secret_key=SECRET))
    with town_of(tmp_path, empty_database, furniture, proxy, mailbox.url, BUCKET) as town:
        town.here.launch("--no-worker")
        town.there.launch("--no-worker")
        for worker in town.workers:
            worker.launch()
        town.wait_until(lambda: town.here.is_ready() and town.there.is_ready(), "answer", 150)
        town.wait_until(lambda: all(worker.name for worker in town.workers), "two workers", 150)
        assert len({worker.name for worker in town.workers}) == 2
        yield town


@pytest.mark.slow
def test_what_is_done_at_one_machine_is_done_for_both_and_the_other_goes_on_alone(
    town: Town, mailbox: Mailbox, empty_database: str
) -> None:
    an_act_at_one_is_live_at_the_other(town)
    a_sign_in_holds_at_both_and_ends_at_both(town)
    each_letter_leaves_once(town, mailbox, empty_database)
    recording = a_worker_is_killed_with_a_recording_in_its_hands(town)
    an_upload_whose_web_process_is_killed_goes_on_at_the_other(town)
    the_other_worker_has_taken_it_over(town, recording)
    the_recording_is_played_by_ranges(town, recording)


def an_act_at_one_is_live_at_the_other(town: Town) -> None:
    lines: list[str] = []

    def listen() -> None:
        try:
            with town.there.browser("ada").stream("GET", f"{HOME}/live") as stream:
                for line in stream.iter_lines():
                    lines.append(line)
        except httpx2.HTTPError:
            return  # the test is over

    Thread(target=listen, daemon=True).start()
    town.wait_until(lambda: lines, "greeting")
    assert town.here.browser("ben").post(f"{HOME}/concerns", data={"words": "Said here"}).status_code == 303
    town.wait_until(lambda: "event: concerns" in lines, "signal at the other machine", 30)
    assert "Said here" in town.there.browser("ada").get(f"{HOME}/concerns").text


def a_sign_in_holds_at_both_and_ends_at_both(town: Town) -> None:
    for server in (town.here, town.there):
        assert server.browser("sue").get(HOME).status_code == 200
    assert town.here.browser("sue").post("/sign-out").status_code == 303
    assert town.there.browser("sue").get(HOME).status_code in (303, 404)


def each_letter_leaves_once(town: Town, mailbox: Mailbox, database: str) -> None:
    engine = open_database(database)
    with as_system(engine) as session:
        people = [member.id for member in town.here.furniture.people.values()]
        letters = {send_link(session, SECRET.encode(), one, LinkPurpose.sign_in).id for one in people}
        session.commit()
    engine.dispose()

    def all_sent() -> bool:
        rows = town.here.rows("select id from letter where state = 'sent'")
        return letters <= {row[0] for row in rows}

    town.wait_until(all_sent, "letters")
    numbers = [str(letter["Message-ID"]) for letter in mailbox.letters]
    assert len(numbers) >= len(letters) and len(numbers) == len(set(numbers)), "a letter left twice"


def a_worker_is_killed_with_a_recording_in_its_hands(town: Town) -> str:
    # Slow for whoever reads all of it: the worker that gets the job is found with it in its hands.
    town.proxy.fault("hang", reads_all, times=99)
    place = announce(town.here.browser("ben"), KEY, len(SOUND))
    assert send(town.there.browser("ben"), place, 0, SOUND).status_code == 204
    [[recording]] = town.here.rows("select id from recording where state in ('uploaded', 'preparing')")

    def holder() -> list[tuple[object, ...]]:
        return town.here.rows(
            "select executor_id from dbos.workflow_status join recording on workflow_uuid = job_key"
            " where status = 'PENDING' and state = 'preparing'"
        )

    town.wait_until(holder, "job in somebody's hands")
    [[executor]] = holder()
    [dead] = [worker for worker in town.workers if worker.name == executor]
    dead.kill9()
    town.proxy.mend()
    return str(recording)


def reads_all(asked: Asked) -> bool:
    return asked.is_read and "/recordings/" in asked.path and asked.range == "bytes=0-"


def an_upload_whose_web_process_is_killed_goes_on_at_the_other(town: Town) -> None:
    place = announce(town.here.browser("ben"), KEY, len(SOUND))
    assert send(town.here.browser("ben"), place, 0, SOUND[:300_000]).status_code == 204
    there = town.there.browser("ben")
    assert offset_of(there, place) == 300_000
    with begin_sending(town.here, place, 300_000, 50_000):
        town.wait_until(lambda: town.there.rows("select 1 from upload where held_by <> ''"), "hold by the first sender")
        assert send(there, place, 300_000, SOUND[300_000:]).status_code == 423
        town.here.kill9()
    stored = offset_of(there, place)
    assert stored >= 300_000, "acknowledged bytes are gone"
    town.wait_until(lambda: send(there, place, stored, SOUND[stored:]).status_code == 204, "end of the hold")
    assert offset_of(there, place) == len(SOUND)
    assert town.there.rows("select size from recording") == [(len(SOUND),)] * 2


def the_other_worker_has_taken_it_over(town: Town, recording: str) -> None:
    def state() -> list[tuple[object, ...]]:
        return town.there.rows("select state from recording where id = ?", recording)

    town.wait_until(lambda: state() == [("waiting_for_model",)], "word of the other worker")
    job = "select crashes, attempts, status from job where name = 'prepare_recording' and id like ?"
    assert town.there.rows(job, f"recording:{recording}:%") == [(0, 2, "done")]
    assert town.there.rows("select count(*) from transcript_chunk where recording_id = ?", recording) == [(1,)]


def the_recording_is_played_by_ranges(town: Town, recording: str) -> None:
    town.here.start("--no-worker")
    for server in (town.here, town.there):
        part = server.browser("ben").get(f"{HOME}/recordings/{recording}/media", headers={"range": "bytes=500-999"})
        assert part.status_code == 206 and part.content == SOUND[500:1000]
