"""A real server with its worker, in processes of their own, that can be restarted, killed and read."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from tests.mailbox import Mailbox

PATIENCE = 60.0  # seconds; a slow machine under full load is not a broken one


class NotThere(Exception):
    """What was waited for did not come; says what, and what the server wrote."""


@dataclass
class House:
    """`url` stays the same across restarts."""

    data_dir: Path
    mailbox: Mailbox
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    _worker: psutil.Process | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with (self.data_dir / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.command", "serve"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_until(self._is_ready, "an answer of /readyz")

    def stop(self) -> None:
        """Asks first; whoever is still there after that is killed, so that nothing outlives the tests."""
        family = self._family()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=25)
        self._bury(family)

    def restart(self) -> None:
        self.stop()
        self.start()

    def kill9(self) -> None:
        """The machine loses power: web process and worker are gone in the same moment. `start` brings them back."""
        self._bury(self._family())

    def kill_worker(self) -> int:
        """Only the worker dies; the server starts another. Returns the number of the dead one."""
        worker = self.worker()
        worker.kill()
        worker.wait(timeout=10)
        return worker.pid

    def worker(self) -> psutil.Process:
        found: list[psutil.Process] = []

        def look() -> bool:
            found[:] = [child for child in self._family()[1:] if "worker" in child.cmdline()]
            return bool(found)

        self.wait_until(look, "the worker")
        return found[0]

    def logs(self) -> str:
        return (self.data_dir / "server.log").read_text(errors="replace")

    def wait_until(self, happened: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not happened():
            if self.process and self.process.poll() is not None:
                raise NotThere(f"The server ended with {self.process.returncode}.\n{self.logs()[-4000:]}")
            if time.monotonic() > deadline:
                raise NotThere(f"No {what} within {seconds:.0f} seconds.\n{self.logs()[-4000:]}")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/readyz", timeout=2) as answer:  # noqa: S310  our own address
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def _family(self) -> list[psutil.Process]:
        if not self.process or self.process.poll() is not None:
            return []
        try:
            root = psutil.Process(self.process.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _bury(self, family: list[psutil.Process]) -> None:
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.send_signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=10)
        if self.process:
            self.process.wait(timeout=10)


@contextmanager
def standing_house(folder: Path, model_dir: Path, database_url: str = "") -> Iterator[House]:
    """A house that is ready for its first visitor, on SQLite in the folder or the database that the URL names."""
    data_dir = folder / "data"
    data_dir.mkdir(parents=True)
    mailbox = Mailbox()
    mailbox.start()
    port = _free_port()
    ours = {
        "EVENKEEL_DATA_DIR": str(data_dir),
        "EVENKEEL_PORT": str(port),
        "EVENKEEL_BASE_URL": f"http://127.0.0.1:{port}",
        "EVENKEEL_SMTP_URL": mailbox.url,
        "EVENKEEL_MODEL_DIR": str(model_dir),
        "EVENKEEL_DATABASE_URL": database_url,
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("EVENKEEL_")}
    house = House(data_dir, mailbox, port, others | ours)
    try:
        house.start()
        yield house
    finally:
        house.stop()
        mailbox.stop()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
