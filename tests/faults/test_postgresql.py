"""FD20, FD21: PostgreSQL falls over under load, has hardly any connections to give, or is away."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.errors import AWAY
from app.foundation.settings import Settings
from tests.faults.acts import Burst, write
from tests.faults.conftest import furnish
from tests.faults.server import HOME, Server
from tests.postgres import own_postgres


@contextmanager
def server_beside(tmp_path: Path, **options: str) -> Iterator[Server]:
    """On a PostgreSQL of its own, which keeps its promises in these tests."""
    with own_postgres(synchronous_commit="on", **options) as url:
        settings = Settings(data_dir=tmp_path, database_url=url)
        found = Server(tmp_path, furnish(settings), database_url=url)
        try:
            yield found
        finally:
            found.close()


@pytest.mark.usefixtures("on_postgresql")
def test_postgresql_restarted_under_load_loses_nothing_acknowledged_and_nobody_restarts_us(tmp_path: Path) -> None:
    with server_beside(tmp_path) as server:
        server.start("--no-worker")
        burst = Burst(server)
        burst.begin()
        for _ in range(3):
            burst.wait_for(10)
            # One of its processes dies badly: it then throws out everybody and recovers from its log.
            query = "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
            os.kill(int(str(server.rows(query)[0][0])), signal.SIGKILL)
        burst.wait_for(10)
        burst.end()
        assert not burst.problems(), server.log()
        assert server.is_whole()


@pytest.mark.usefixtures("on_postgresql")
def test_with_hardly_any_connections_people_wait_or_are_told_and_open_pages_take_none(tmp_path: Path) -> None:
    with server_beside(tmp_path, max_connections="9") as server:
        server.start("--no-worker")
        statuses: list[int] = []

        def act(nick: str) -> None:
            browser = server.browser(nick)
            for turn in range(6):
                statuses.append(browser.get(HOME).status_code)
                statuses.append(write(browser, server, f"{nick} {turn}").status_code)

        with ExitStack() as pages:
            for _ in range(11):
                pages.enter_context(server.browser("eli").stream("GET", "/live"))
            people = [threading.Thread(target=act, args=(nick,)) for nick in ("ben", "ada", "gus", "gil") * 4]
            for person in people:
                person.start()
            for person in people:
                person.join(timeout=90)
        assert len(statuses) == 16 * 12 and set(statuses) <= {200, 303, 503}
        assert {200, 303} <= set(statuses)
        server.wait_until(lambda: write(server.browser("ben"), server, "afterwards").status_code == 303, "recovery")


@pytest.mark.usefixtures("on_postgresql")
def test_while_postgresql_is_away_people_are_told_so_and_keep_what_they_typed(tmp_path: Path) -> None:
    with ExitStack() as standing:
        url = standing.enter_context(own_postgres())
        server = Server(tmp_path, furnish(Settings(data_dir=tmp_path, database_url=url)), database_url=url)
        try:
            server.start("--no-worker")
            ben, gus = server.browser("ben"), server.browser("gus")
            assert (ben.get(HOME).status_code, gus.get(HOME).status_code) == (200, 200)
            standing.close()  # PostgreSQL is stopped
            topic = f"{HOME}/discussion/{server.furniture.shared_topic}/messages"
            word = "typed while it was away"
            picture = {"files": ("log.txt", b"x" * 3_000_000, "text/plain")}
            answers = [
                gus.post(f"{HOME}/concerns", data={"words": word}),
                ben.post(f"{HOME}/actions", data={"title": word}),
                gus.post(topic, data={"text": word}),
                ben.post(topic, data={"text": word}, files=picture),
            ]
            for answer in answers:
                assert answer.status_code == 503 and AWAY in answer.text and word in answer.text
                assert answer.headers["retry-after"] and "xxx" not in answer.text
            program = {"authorization": f"Bearer {server.furniture.token}"}
            told = ben.post(f"/api/v1{HOME}/concerns", json={"words": word}, headers=program)
            assert told.status_code == 503 and AWAY in told.text and word not in told.text
            # Whoever comes with a made-up cookie is told the same, of their own words alone.
            ben.cookies.set("evenkeel", "made-up")
            forged = ben.post(f"{HOME}/concerns", data={"words": "a stranger’s", "password": "secret-0a0a"})
            assert forged.status_code == 503 and "a stranger’s" in forged.text and "secret-0a0a" not in forged.text
            for path in ("/", HOME, "/sign-in"):
                passing = server.browser("").get(path)
                assert passing.status_code in (200, 503) and "What you wrote" not in passing.text, (path, passing.text)
            read = gus.get(HOME)
            assert read.status_code == 503 and AWAY in read.text and "What you wrote" not in read.text
        finally:
            server.close()
