"""The two servers that are compared, started and stopped; each in a process of its own, with a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[1]
PATIENCE = 120.0  # seconds
# Python keeps what it compiled unless it is told otherwise, and so it does for people; both servers start as theirs do.
AS_USUAL = {"PYTHONDONTWRITEBYTECODE": ""}


@contextmanager
def floor(database: Path, port: int) -> Iterator[int]:
    """Runs the floor; gives its process id."""
    program = ["-m", "uvicorn", "benchmarks.floor:app", "--port", str(port), "--log-level", "warning"]
    with _running([sys.executable, *program, "--no-access-log"], {"FLOOR_DB": str(database)}) as process:
        wait_for(f"http://127.0.0.1:{port}/cases/1", process)
        yield process.pid


@contextmanager
def product(environment: dict[str, str], *, worker: bool = False) -> Iterator[int]:
    """Runs `evenkeel serve`; gives the web process's id."""
    command = [sys.executable, "-m", "app.command", "serve", *([] if worker else ["--no-worker"])]
    with _running(command, environment) as process:
        wait_for(f"http://127.0.0.1:{environment['EVENKEEL_PORT']}/readyz", process)
        yield process.pid


def seconds_to_page(command: list[str], environment: dict[str, str], url: str, cookie: str = "") -> float:
    """From the start of the process to the last byte of the first answered page."""
    began = time.perf_counter()
    with _running(command, environment) as process:
        wait_for(url, process, cookie)
        return time.perf_counter() - began


def wait_for(url: str, process: subprocess.Popen[bytes], cookie: str = "") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(Request(url, headers={"Cookie": cookie} if cookie else {})) as page:  # noqa: S310  our own
                page.read()
                return
        except (URLError, ConnectionError):
            time.sleep(0.01)
    raise RuntimeError(f"nothing answers at {url}")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    log = open("/tmp/evenkeel-bench.log", "ab")  # noqa: S108, SIM115  what went wrong is in there
    process = subprocess.Popen(command, env={**os.environ, **AS_USUAL, **environment}, cwd=ROOT, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()
