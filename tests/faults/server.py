"""A server in processes of its own, with the cast in its database, that can be killed, starved, locked out and compared
afterwards with what it acknowledged."""

import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import httpx2
import psutil
import psycopg

from app.foundation.settings import Settings
from app.operating.doctor import examine
from tests.cast import Member

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0  # seconds; a machine under full load is not a broken one
KEY = "ACME-7K4"
HOME = f"/escalations/{KEY}"
FROM_OUR_PAGE = {"sec-fetch-site": "same-origin"}
PLAIN = False  # nothing is encrypted here, and reading whom the world trusts takes longer than an answer


@dataclass(frozen=True)
class Furniture:
    """What stands in every database of these tests."""

    people: dict[str, Member]
    tokens: dict[str, str]
    shared_topic: str
    meeting: str
    note: str
    token: str  # of a program that speaks for Ben


@dataclass
class Server:
    """`serve` on a data folder. Its port stays the same, so that browsers find it again."""

    data_dir: Path
    furniture: Furniture
    database_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    module: str = "app.command"
    process: subprocess.Popen[bytes] | None = None
    said: list[str] = field(default_factory=list)
    _clients: list[httpx2.Client] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.port = self.port or free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    # Its life

    def start(self, *arguments: str, **environment: str) -> "Server":
        self.launch(*arguments, **environment)
        self.wait_until(self.is_ready, "an answer")
        return self

    def launch(self, *arguments: str, **environment: str) -> None:
        # Through a pipe: a full disk must not keep the server from saying so.
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module, "serve", *arguments],
            cwd=ROOT,
            env=self.surroundings() | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        Thread(target=self._listen, args=(self.process,), daemon=True).start()

    def stop(self) -> int:
        """Asked in order; returns the exit status."""
        assert self.process
        family = self.family()
        self.process.terminate()
        status = self.process.wait(timeout=PATIENCE)
        psutil.wait_procs(family, timeout=20)
        return status

    def kill9(self) -> None:
        """The machine loses power: everything is gone in the same moment."""
        family = self.family()
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.send_signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=10)
        if self.process:
            self.process.wait(timeout=10)

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self.kill9()

    def family(self) -> list[psutil.Process]:
        if not self.process or self.process.poll() is not None:
            return []
        try:
            root = psutil.Process(self.process.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def worker(self) -> psutil.Process:
        """The one that is at work: it has said so by its heartbeat."""
        found: list[psutil.Process] = []

        def look() -> bool:
            lock = self.data_dir / "worker.lock"
            found[:] = [child for child in self.family()[1:] if holds_lock(lock, child.pid)]
            return bool(found)

        self.wait_until(look, "a worker")
        return found[0]

    def limit(self, kind: int, value: int | None) -> None:
        """Takes something away from the running web process, or gives it back."""
        _, hard = resource.prlimit(self.pid, kind)
        resource.prlimit(self.pid, kind, (hard if value is None else value, hard))

    # Speaking with it

    def browser(self, nick: str, **options: object) -> httpx2.Client:
        cookies = {"evenkeel": self.furniture.tokens[nick]} if nick else {}
        client = httpx2.Client(
            base_url=self.url,
            headers=FROM_OUR_PAGE,
            cookies=cookies,
            timeout=PATIENCE,
            verify=PLAIN,
            **options,  # type: ignore[arg-type]
        )
        self._clients.append(client)
        return client

    def is_ready(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=2, verify=PLAIN).status_code == 200
        except httpx2.HTTPError:
            return False

    def wait_until(self, happened: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not happened():
            assert not self.process or self.process.poll() is None, f"The server ended.\n{self.log()}"
            assert time.monotonic() < deadline, f"No {what} within {seconds:.0f} seconds.\n{self.log()}"
            time.sleep(0.05)

    def log(self) -> str:
        return "".join(self.said)[-6000:]

    # Looking at what it keeps

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        if self.database_url:
            with psycopg.connect(self.database_url.replace("+psycopg", "")) as connection:
                return connection.execute(query.replace("?", "%s").encode(), values).fetchall()
        with self.database() as database:
            return database.execute(query, values).fetchall()

    def change(self, statement: str, *values: object) -> None:
        with self.database() as database:
            database.execute(statement, values)

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """Another program at the same file."""
        connection = sqlite3.connect(self.data_dir / "evenkeel.db", isolation_level=None, timeout=20)
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self.database() as database:
            database.execute("begin exclusive")
            try:
                yield
            finally:
                database.execute("rollback")

    def ask(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Another command on the same settings."""
        return subprocess.run(
            [sys.executable, "-m", "app.command", *arguments],
            cwd=ROOT,
            env=self.surroundings() | environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def is_whole(self) -> bool:
        """By SQLite's own judgement, by every foreign key, and by our doctor's."""
        whole = bool(self.database_url) or self.rows("pragma integrity_check") == [("ok",)]
        whole = whole and (bool(self.database_url) or not self.rows("pragma foreign_key_check"))
        findings = examine(Settings(data_dir=self.data_dir, database_url=self.database_url))
        return whole and not any(finding.is_broken for finding in findings if finding.name == "database")

    def surroundings(self) -> dict[str, str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith("EVENKEEL_")}
        return {
            **others,
            "EVENKEEL_DATA_DIR": str(self.data_dir),
            "EVENKEEL_PORT": str(self.port),
            "EVENKEEL_BASE_URL": self.url,
            "EVENKEEL_DATABASE_URL": self.database_url,
            "EVENKEEL_MODEL_DIR": str(self.data_dir / "no-model"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "",  # these processes start often, and compiling everything anew takes longer than all else
            **self.environment,
        }

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        for line in process.stdout:
            self.said.append(line.decode(errors="replace"))


def doctor_says(report: str, name: str) -> str:
    return next((line for line in report.splitlines() if line.split()[1:2] == [name]), "nothing")


def holds_lock(path: Path, pid: int) -> bool:
    if not path.exists():
        return False
    inode = path.stat().st_ino
    lines = Path("/proc/locks").read_text().splitlines()
    return any(f" {pid} " in line and line.split()[5].endswith(f":{inode}") and "->" not in line for line in lines)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
