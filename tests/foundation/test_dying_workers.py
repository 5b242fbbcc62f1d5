"""A worker that dies loses no job and repeats no finished step; its work is taken over."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.foundation.jobs import JobStatus
from tests.foundation.conftest import Yard
from tests.foundation.crew import lines, wait_until

COUNTED_ONCE = ["0", "1", "2", "3", "4", "5"]


def test_a_job_survives_the_kill_of_its_worker_and_goes_on_at_its_unfinished_step(yard: Yard) -> None:
    yard.ask("count", key="count")
    first = yard.start()
    wait_until(lambda: "three is reached" in lines(yard.folder))
    first.kill()
    first.wait()
    (yard.folder / "go").touch()
    yard.start()
    wait_until(lambda: yard.state("count").state == JobStatus.DONE)
    assert counted(yard.folder) == COUNTED_ONCE
    assert yard.state("count").attempts == 2


def test_another_worker_takes_over_from_a_dead_one(yard: Yard) -> None:
    yard.ask("count", key="count")
    first = yard.start("ann")
    wait_until(lambda: "three is reached" in lines(yard.folder))
    yard.start("bob")
    first.kill()
    (yard.folder / "go").touch()
    wait_until(lambda: yard.state("count").state == JobStatus.DONE)
    assert counted(yard.folder) == COUNTED_ONCE


def test_a_worker_thought_dead_gives_way_when_it_wakes(small_yard: Yard) -> None:
    small_yard.ask("count", key="count")
    sleeper = small_yard.start("ann")
    wait_until(lambda: "three is reached" in lines(small_yard.folder))
    sleeper.send_signal(signal.SIGSTOP)
    small_yard.start("bob")
    wait_until(lambda: lines(small_yard.folder).count("three is reached") == 2)
    sleeper.send_signal(signal.SIGCONT)
    assert sleeper.wait(timeout=20) == 70
    (small_yard.folder / "go").touch()
    wait_until(lambda: small_yard.state("count").state == JobStatus.DONE)
    assert counted(small_yard.folder) == COUNTED_ONCE


@pytest.mark.slow
def test_a_job_put_down_by_an_orderly_stop_goes_on_and_is_not_held_against_it(small_yard: Yard) -> None:
    small_yard.ask("count", key="count")
    for stops in range(1, 5):
        worker = small_yard.start()
        wait_until(lambda: lines(small_yard.folder).count("three is reached") == stops)  # noqa: B023  # asked in this round only
        worker.terminate()
        assert worker.wait(timeout=30) == 0
        assert small_yard.state("count").state == JobStatus.WAITING
    (small_yard.folder / "go").touch()
    small_yard.start()
    wait_until(lambda: small_yard.state("count").state == JobStatus.DONE)
    assert counted(small_yard.folder) == COUNTED_ONCE


@pytest.mark.slow
def test_a_job_that_kills_its_workers_is_parked_and_blocks_nobody(small_yard: Yard) -> None:
    small_yard.ask("kill", key="poison")
    for _ in range(3):
        assert small_yard.start().wait(timeout=30) == -signal.SIGKILL
    small_yard.ask("remind", key="reminder")
    small_yard.start()
    wait_until(lambda: small_yard.state("poison").state == JobStatus.PARKED)
    wait_until(lambda: small_yard.state("reminder").state == JobStatus.DONE)
    assert "died 3 times" in small_yard.state("poison").reason
    assert lines(small_yard.folder).count("killed") == 3


@pytest.mark.slow
def test_only_one_embedded_worker_runs_on_a_data_folder(small_yard: Yard) -> None:
    small_yard.ask("count", key="count")
    first = small_yard.start()
    wait_until(lambda: "three is reached" in lines(small_yard.folder))
    second = small_yard.start()
    small_yard.ask("remind", key="reminder")
    wait_until(lambda: small_yard.state("reminder").state == JobStatus.DONE)
    assert not held_by(small_yard, second.pid)
    first.kill()
    wait_until(lambda: held_by(small_yard, second.pid))  # and when the first dies, the second is there
    (small_yard.folder / "go").touch()
    wait_until(lambda: small_yard.state("count").state == JobStatus.DONE)
    assert counted(small_yard.folder) == COUNTED_ONCE


def test_a_worker_ends_with_the_process_that_started_it(small_yard: Yard) -> None:
    program = (
        "import os, time; from tests.foundation.crew import start_worker; from app.foundation.settings import Settings;"
        "print(start_worker(Settings(), parent=os.getpid()).pid, flush=True); time.sleep(600)"
    )
    environment = {**os.environ, "EVENKEEL_DATA_DIR": str(small_yard.settings.data_dir)}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        wait_until(small_yard.is_staffed)
        assert held_by(small_yard, worker)
        parent.kill()
    wait_until(lambda: not held_by(small_yard, worker))


def counted(folder: Path) -> list[str]:
    return [line for line in lines(folder) if line.isdigit()]


def held_by(yard: Yard, pid: int) -> bool:
    lock = yard.settings.data_dir / "worker.lock"
    holders = Path("/proc/locks").read_text().splitlines()
    return any(
        f" {pid} " in line and line.split()[5].endswith(f":{lock.stat().st_ino}") and "->" not in line
        for line in holders
    )
