"""One installation on two machines: each has a data folder, a web process and a worker; PostgreSQL and S3 are between them."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from tests.faults.server import PATIENCE, ROOT, Furniture, Server
from tests.storage_in_s3.proxy import Proxy

SECRET = "the same on both machines, and long enough"


@dataclass
class Worker:
    """`evenkeel worker` on the machine of this server."""

    server: Server
    process: subprocess.Popen[bytes] | None = None
    said: list[str] = field(default_factory=list)

    def launch(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.command", "worker"],
            cwd=ROOT,
            env=self.server.surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        Thread(target=self._listen, args=(self.process,), daemon=True).start()

    @property
    def name(self) -> str:
        """As it calls itself once it runs."""
        return next((line.split("Worker ")[1].split()[0] for line in self.said if " runs " in line), "")

    def kill9(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(timeout=10)

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        for line in process.stdout:
            self.said.append(line.decode(errors="replace"))


@dataclass
class Town:
    here: Server
    there: Server
    workers: list[Worker]
    proxy: Proxy

    def wait_until(self, happened: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < deadline, f"No {what} within {seconds:.0f} seconds.\n{self.log()}"
            time.sleep(0.1)

    def log(self) -> str:
        machines = [self.here.said, self.there.said, *(worker.said for worker in self.workers)]
        return "\n".join(f"-- {number}\n{''.join(said)[-3000:]}" for number, said in enumerate(machines))


@contextmanager
def town_of(folder: Path, database: str, furniture: Furniture, proxy: Proxy, mail: str, bucket: str) -> Iterator[Town]:
    """Nothing runs yet."""
    shared = {
        "EVENKEEL_SECRET_KEY": SECRET,
        "EVENKEEL_STORAGE_URL": f"s3://{bucket}/town?endpoint=http://127.0.0.1:{proxy.port}&region=us-east-1&path_style=1",
        "EVENKEEL_SMTP_URL": mail,
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests",
    }
    here = Server(folder / "here", furniture, database_url=database, environment=shared)
    there = Server(folder / "there", furniture, database_url=database, environment=shared)
    there.environment = shared | {"EVENKEEL_BASE_URL": here.url}
    town = Town(here, there, [Worker(here), Worker(there)], proxy)
    try:
        yield town
    finally:
        for server in (here, there):
            server.close()
        for worker in town.workers:
            worker.kill9()
