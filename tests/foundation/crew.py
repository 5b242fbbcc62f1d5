"""A worker process for tests and the jobs it knows; each leaves lines in a folder, for the test to read."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import monotonic, sleep

from app.foundation.jobs import CannotBeDone, JobContext, job, registered_jobs
from app.foundation.settings import Settings

PATIENCE = 25


@job("count")
def count(context: JobContext, folder: str) -> None:
    for number in range(6):
        context.step(f"count {number}", count_one, folder, number)
        context.progress(number + 1)


def count_one(folder: str, number: int) -> int:
    if number == 3:
        leave_line(folder, "three is reached")
        wait_for(folder, "go")
    leave_line(folder, str(number))
    return number


@job("stumble", pauses=(0, 0))
def stumble(context: JobContext, folder: str) -> None:
    context.step("first", leave_line, folder, "first")
    context.step("second", stumble_over, folder)
    if not (Path(folder) / "clear").exists():
        raise RuntimeError(f"Attempt {context.attempt} fell at the last fence.")


def stumble_over(folder: str) -> None:
    leave_line(folder, "second")
    if not (Path(folder) / "mended").exists():
        (Path(folder) / "mended").touch()
        raise RuntimeError("The tape is torn.")


@job("refuse")
def refuse(context: JobContext, folder: str) -> None:
    leave_line(folder, "refused")
    raise CannotBeDone("The file is incomplete.")


@job("kill")
def kill(context: JobContext, folder: str) -> None:
    leave_line(folder, "killed")
    os.kill(os.getpid(), signal.SIGKILL)


@job("transcribe", queue="media")
def transcribe(context: JobContext, folder: str, name: str) -> None:
    leave_line(folder, f"{name} begins")
    wait_for(folder, "go")
    leave_line(folder, f"{name} ends")


@job("remind")
def remind(context: JobContext, folder: str) -> None:
    leave_line(folder, "reminded")


def leave_line(folder: str, words: str) -> None:
    with (Path(folder) / "lines").open("a") as file:
        file.write(f"{words}\n")


def lines(folder: Path) -> list[str]:
    file = folder / "lines"
    return file.read_text().splitlines() if file.exists() else []


def wait_for(folder: str, name: str) -> None:
    wait_until(lambda: (Path(folder) / name).exists())


def wait_until(happened: Callable[[], object], patience: float = PATIENCE) -> None:
    deadline = monotonic() + patience
    while not happened():
        assert monotonic() < deadline, "it did not happen in time"
        sleep(0.05)


def start_worker(settings: Settings, executor_id: str = "", *, parent: int | None = None) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "EVENKEEL_DATA_DIR": str(settings.data_dir),
        "EVENKEEL_DATABASE_URL": settings.database,
    }
    command = [sys.executable, "-m", "tests.foundation.crew", executor_id, str(parent or "")]
    return subprocess.Popen(command, env=environment)


def main(executor_id: str, parent: str) -> None:
    from app.foundation.jobs.running import run_worker  # noqa: PLC0415  # the test process must not load DBOS's worker

    logging.basicConfig(level=logging.INFO)
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run_worker(
        Settings(),
        registered_jobs(),
        stop,
        parent=int(parent) if parent else None,
        executor_id=executor_id or None,
        beat_every=0.3,
        silent_for=2,
        grace=1,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
