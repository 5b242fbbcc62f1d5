"""FD12 to FD18: a disk that is full, refuses, is read-only or lies, and a database that somebody else holds."""

import resource
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.faults.acts import Burst, write
from tests.faults.conftest import can_mount
from tests.faults.server import HOME, Server, doctor_says
from tests.recordings_room.bringing import SOUNDS, announce, send

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(300_000)


@dataclass
class Disk:
    """A running server whose disk takes nothing more until told otherwise."""

    server: Server
    fill: Callable[[], None]
    clear: Callable[[], None]


def ways_to_be_full() -> list[str]:
    """A real full disk where this machine lets us mount a small one, and everywhere the system's refusal to write."""
    return ["refusing", "full"] if can_mount(Path(__file__).parent) else ["refusing"]


@pytest.fixture(params=ways_to_be_full())
def disk(request: pytest.FixtureRequest, server: Server, small_disk: Callable[[], Path]) -> Iterator[Disk]:
    if request.param == "refusing":
        server.start("--no-worker")
        yield Disk(
            server,
            fill=lambda: server.limit(resource.RLIMIT_FSIZE, 1),
            clear=lambda: server.limit(resource.RLIMIT_FSIZE, None),
        )
        return
    place = small_disk()
    server.data_dir = Path(shutil.move(server.data_dir, place / "data"))
    server.start("--no-worker")
    yield Disk(server, fill=lambda: fill(place), clear=(place / "ballast").unlink)
    server.kill9()


def test_with_a_full_disk_writing_is_refused_with_what_was_typed_and_reading_goes_on(disk: Disk) -> None:
    server, ben = disk.server, disk.server.browser("ben")
    assert write(ben, server, "before the disk was full").status_code == 303
    disk.fill()
    long_words = "a long sentence that somebody typed. " * 1500
    for answer in (
        write(ben, server, long_words),
        ben.post(f"{HOME}/concerns", data={"words": "The import fails", "details": long_words[:19_000]}),
        ben.post(f"{HOME}/actions", data={"title": "Ask them", "details": "with these words"}),
    ):
        assert answer.status_code == 507, answer.text
        assert "so nothing can be stored" in answer.text
        assert "What you wrote" in answer.text and "It was not stored" in answer.text
    assert "with these words" in answer.text
    assert long_words.strip() in write(ben, server, long_words).text
    for page in ("/", HOME, f"{HOME}/concerns", f"{HOME}/discussion/{server.furniture.shared_topic}"):
        assert ben.get(page).status_code == 200
    assert "before the disk was full" in ben.get(f"{HOME}/discussion/{server.furniture.shared_topic}").text
    disk.clear()
    assert write(ben, server, "after it was full").status_code == 303
    stored = [row[0] for row in server.rows("select text from message")]
    assert stored.count("before the disk was full") == stored.count("after it was full") == 1
    assert not any(str(text).startswith("a long sentence") for text in stored)
    assert server.is_whole()


def test_with_a_full_disk_files_are_refused_and_go_through_later_without_a_restart(disk: Disk) -> None:
    server, ben = disk.server, disk.server.browser("ben")
    sound = (SOUNDS / "sample.flac").read_bytes()
    key = HOME.rpartition("/")[2]
    place = announce(ben, key, len(sound))
    assert send(ben, place, 0, sound[:100_000]).status_code == 204
    disk.fill()
    refused = send(ben, place, 100_000, sound[100_000:])
    assert refused.status_code == 507 and "so nothing can be stored" in refused.json()["error"]
    with_picture = {"files": ("photo.png", PICTURE, "image/png")}
    topic = f"{HOME}/discussion/{server.furniture.shared_topic}"
    answer = ben.post(f"{topic}/messages", data={"text": "see the picture", "audience": "internal"}, files=with_picture)
    assert answer.status_code in (422, 507) and "see the picture" in answer.text
    disk.clear()
    offset = int(ben.head(place, headers={"tus-resumable": "1.0.0"}).headers["upload-offset"])
    assert 100_000 <= offset <= len(sound)
    assert send(ben, place, offset, sound[offset:]).status_code == 204
    answer = ben.post(f"{topic}/messages", data={"text": "see the picture", "audience": "internal"}, files=with_picture)
    assert answer.status_code == 303
    assert server.rows("select count(*) from attachment") == [(1,)]
    [(size, kept)] = server.rows("select size, storage_key from recording")
    assert size == len(sound) and (server.data_dir / "files" / str(kept)).read_bytes() == sound
    assert server.is_whole()


@pytest.mark.parametrize("disk", ["refusing"], indirect=True)
def test_a_burst_into_a_disk_that_fills_up_keeps_what_was_acknowledged_and_nothing_else(disk: Disk) -> None:
    burst = Burst(disk.server)
    burst.begin()
    burst.wait_for(8)
    disk.fill()
    disk.server.wait_until(
        lambda: write(disk.server.browser("ada"), disk.server, "x" * 9000).status_code == 507, "refusal"
    )
    disk.clear()
    burst.wait_for(8)
    burst.end()
    assert not burst.problems()
    assert disk.server.is_whole()


def test_a_disk_that_keeps_nothing_for_good_is_believed_and_nothing_is_acknowledged(server: Server) -> None:
    server.module = "tests.faults.broken_sync"
    server.start("--no-worker")
    ben = server.browser("ben")
    answer = write(ben, server, "onto a disk that fails")
    assert answer.status_code == 507
    assert "cannot write to its disk" in answer.text and "onto a disk that fails" in answer.text
    assert "It began on Monday." in ben.get(f"{HOME}/discussion/{server.furniture.shared_topic}").text
    server.kill9()
    server.module = "app.command"
    server.start("--no-worker")
    assert server.rows("select count(*) from message where text like 'onto a disk%'") == [(0,)]
    assert write(server.browser("ben"), server, "onto a better one").status_code == 303
    assert server.is_whole()


def test_while_another_program_holds_the_database_writers_are_told_and_readers_go_on(server: Server) -> None:
    server.start("--no-worker")
    ben, gus = server.browser("ben"), server.browser("gus")
    # Signed in a while ago: their pages would note that they are here.
    server.change("update sign_in set seen_at = datetime('now', '-30 minutes')")
    lively = Follower(server, "gus")
    answers: list[object] = []

    def post(number: int) -> None:
        answers.append(write(server.browser("ada"), server, f"words of writer {number}"))

    with server.locked():
        writers = [threading.Thread(target=post, args=(number,)) for number in range(4)]
        for writer in writers:
            writer.start()
        for _ in range(6):
            for browser in (ben, gus):
                page = browser.get(f"{HOME}/discussion/{server.furniture.shared_topic}")
                assert page.status_code == 200 and "It began on Monday." in page.text
        assert server.rows("select 1") and not server.rows("select 1 from message where text like 'words of writer%'")
        for writer in writers:
            writer.join(timeout=60)
        assert len(answers) == 4
        for answer in answers:
            assert answer.status_code == 503  # type: ignore[attr-defined]
            assert answer.headers["retry-after"] == "5"  # type: ignore[attr-defined]
            assert "words of writer" in answer.text and "Nothing you wrote is lost" in answer.text  # type: ignore[attr-defined]
    assert write(gus, server, "now it works").status_code == 303
    server.wait_until(lambda: "discussion" in lively.heard(), "news on the page that stayed open")
    assert server.rows("select count(*) from message where text like 'words of writer%'") == [(0,)]
    assert server.is_whole()


def test_writers_who_read_first_never_run_into_each_other(server: Server) -> None:
    """A page reads, others commit, then it writes: SQLite would refuse that at once however long it may wait."""
    server.start("--no-worker")
    statuses: list[int] = []

    def act(nick: str, number: int) -> None:
        browser = server.browser(nick)
        for turn in range(5):
            statuses.append(write(browser, server, f"{nick} {number} {turn}").status_code)
            statuses.append(browser.post(f"{HOME}/concerns", data={"words": f"{nick} {number} {turn}"}).status_code)

    writers = [threading.Thread(target=act, args=(nick, n)) for n in range(2) for nick in ("ben", "gus", "gil", "ada")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=90)
    assert statuses == [303] * 80
    assert server.rows("select count(*) from concern") == [(40,)]


def test_a_data_folder_that_cannot_be_written_to_is_said_in_one_line(
    server: Server, small_disk, tmp_path: Path
) -> None:
    places = ["/proc/evenkeel"]
    if can_mount(tmp_path):
        place = small_disk()
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        places.append(str(place))
    for place_name in places:
        answer = server.ask("serve", EVENKEEL_DATA_DIR=place_name)
        assert answer.returncode == 2
        assert answer.stderr == f"evenkeel: EVENKEEL_DATA_DIR: {place_name} cannot be written to\n"


def overwrite_pages(file: Path) -> None:
    with file.open("r+b") as database:
        for page in range(2, file.stat().st_size // 4096 - 4, 3):
            database.seek(page * 4096)
            database.write(b"\xa5" * 4096)


def truncate(file: Path) -> None:
    with file.open("r+b") as database:
        database.truncate(file.stat().st_size // 2)


def write_something_else(file: Path) -> None:
    file.write_text("This is a shopping list.\n" * 1000)


@pytest.mark.parametrize("spoil", [overwrite_pages, truncate, write_something_else])
def test_a_damaged_database_is_named_at_the_start_and_not_written_to(
    spoil: Callable[[Path], None], server: Server
) -> None:
    with server.database() as database:
        database.execute("pragma wal_checkpoint(truncate)")
    file = server.data_dir / "evenkeel.db"
    spoil(file)
    before = file.read_bytes()
    answer = server.ask("serve")
    assert answer.returncode == 1
    assert answer.stderr.startswith("evenkeel: The database is damaged") and "restore a backup" in answer.stderr
    assert "Traceback" not in answer.stderr and answer.stderr.count("\n") == 1
    report = server.ask("doctor")
    assert report.returncode == 1
    assert doctor_says(report.stdout, "database").startswith("broken")
    assert "Traceback" not in report.stderr
    assert file.read_bytes() == before


def test_damage_done_while_it_runs_is_said_and_nothing_is_acknowledged(server: Server) -> None:
    server.start("--no-worker")
    ben = server.browser("ben")
    assert write(ben, server, "before the damage").status_code == 303
    with server.database() as database:
        database.execute("pragma wal_checkpoint(truncate)")
    overwrite_pages(server.data_dir / "evenkeel.db")
    answer = write(server.browser("ben"), server, "into the damage")
    assert answer.status_code >= 500
    report = server.ask("doctor")
    assert report.returncode == 1 and doctor_says(report.stdout, "database").startswith("broken")


def test_without_its_two_small_files_the_database_comes_back_with_every_acknowledged_row(server: Server) -> None:
    """After a kill the log holds the newest rows; the index of the log may go, and is made anew."""
    server.start("--no-worker")
    ben = server.browser("ben")
    for number in range(5):
        assert write(ben, server, f"row {number}").status_code == 303
    server.kill9()
    (server.data_dir / "evenkeel.db-shm").unlink()
    server.start("--no-worker")
    assert server.rows("select count(*) from message where text like 'row %'") == [(5,)]
    assert server.is_whole()


def test_the_doctor_says_which_sqlite_this_is(server: Server) -> None:
    assert doctor_says(server.ask("doctor").stdout, "sqlite").split()[0] in ("ok", "look")


class Follower:
    """An open page."""

    def __init__(self, server: Server, nick: str) -> None:
        self._said = bytearray()
        self._stream = server.browser(nick).stream("GET", f"{HOME}/live")
        self._answer = self._stream.__enter__()
        threading.Thread(target=self._listen, daemon=True).start()
        server.wait_until(lambda: self._said, "greeting")

    def heard(self) -> str:
        return bytes(self._said).decode()

    def _listen(self) -> None:
        with suppress(httpx2.HTTPError):  # until the browser is closed
            for piece in self._answer.iter_raw():
                self._said.extend(piece)


def fill(place: Path) -> None:
    """To the last page."""
    with (place / "ballast").open("wb", buffering=0) as ballast:
        for size in (1024 * 1024, 4096):
            with suppress(OSError):
                while True:
                    ballast.write(bytes(size))
