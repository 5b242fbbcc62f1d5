"""FD01, FD10, FD11: whatever was acknowledged is there, exactly once, after the power has gone."""

import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil

from tests.faults.acts import Burst, write
from tests.faults.mixed_acts import MixedBurst
from tests.faults.server import HOME, KEY, Server, free_port, holds_lock

ROUNDS = 5


def test_every_acknowledged_act_is_there_once_after_each_of_several_kills(server: Server) -> None:
    burst = MixedBurst(server)
    for _ in range(ROUNDS):
        server.start("--no-worker")  # make torture kills both
        burst.begin()
        burst.wait_for(12)
        time.sleep(random.uniform(0.05, 0.5))
        server.kill9()
        burst.end()
        assert not burst.problems()
    assert burst.count() > 50
    assert server.is_whole()


def test_a_copy_of_the_disk_as_it_is_in_the_middle_of_a_burst_starts_without_help(
    server: Server, tmp_path: Path
) -> None:
    """The machine loses power: what is in no file yet is gone. All processes stand still while the files are copied."""
    burst = Burst(server)
    server.start("--no-worker")
    burst.begin()
    burst.wait_for(20)
    family = server.family()
    for member in family:
        member.send_signal(signal.SIGSTOP)
    before = {kind: set(words) for kind, words in burst.acknowledged.items()}
    copied = Server(Path(shutil.copytree(server.data_dir, tmp_path / "copy")), server.furniture)
    server.kill9()
    burst.end()
    try:
        copied.start("--no-worker")
        later = Burst(copied, acknowledged=before, sent=before)
        assert not later.problems()
        assert copied.is_whole()
    finally:
        copied.close()


def test_the_death_of_the_web_process_ends_its_worker_and_a_new_server_starts_cleanly(server: Server) -> None:
    server.start()
    worker = server.worker()
    psutil.Process(server.pid).kill()
    gone, alive = psutil.wait_procs([worker], timeout=20)
    assert gone and not alive
    server.start()
    assert server.worker().pid != worker.pid
    assert server.is_whole()


def test_a_dead_worker_is_started_again_and_the_pages_go_on_meanwhile(server: Server) -> None:
    server.start()
    ben = server.browser("ben")
    first = server.worker()
    first.kill()
    assert ben.get(HOME).status_code == 200
    assert write(ben, server, "while nobody worked").status_code == 303
    server.wait_until(lambda: server.worker().pid != first.pid, "another worker")


def test_asked_to_stop_it_ends_soon_with_open_streams_and_tells_them(server: Server) -> None:
    server.start()
    worker = server.worker()
    ben = server.browser("ben")
    with ben.stream("GET", f"{HOME}/live") as page, ben.stream("GET", "/live") as other:
        first = page.iter_raw()
        next(first)
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 15
        assert b"closing" in b"".join(first)
        assert b"closing" in other.read()
    assert not worker.is_running()
    assert not holds_lock(server.data_dir / "worker.lock", worker.pid)
    assert "Traceback" not in server.log()
    assert server.is_whole()


def test_a_second_server_on_the_same_port_says_so_in_one_line_and_leaves_the_first_alone(server: Server) -> None:
    server.start()
    worker = server.worker()
    second = server.ask("serve")
    assert second.returncode == 2
    assert (
        second.stderr.strip()
        == f"evenkeel: EVENKEEL_PORT: 127.0.0.1:{server.port} cannot be used: Address already in use"
    )
    assert server.is_ready() and server.worker().pid == worker.pid


def test_a_second_worker_on_the_same_data_waits_and_says_in_one_line_why_it_ends(server: Server) -> None:
    server.start()
    server.worker()
    second = server.ask("worker")
    assert second.returncode == 1
    last = second.stderr.strip().splitlines()[-1]
    assert last == f"evenkeel: Another worker is already running on {server.data_dir}."
    assert "Traceback" not in second.stderr


def test_a_second_server_on_another_port_serves_the_same_data_and_inherits_the_worker(server: Server) -> None:
    server.start()
    first_worker = server.worker()
    second = Server(server.data_dir, server.furniture, port=free_port())
    try:
        second.start()
        assert write(second.browser("ben"), second, "through the other door").status_code == 303
        assert (
            "through the other door"
            in server.browser("ben").get(f"/escalations/{KEY}/discussion/{server.furniture.shared_topic}").text
        )
        assert first_worker.is_running()
        server.kill9()
        second.worker()
        assert second.is_whole()
    finally:
        second.close()


def test_killed_in_the_middle_of_its_first_start_it_starts_again(tmp_path: Path, server: Server) -> None:
    """The migrations of an empty folder, interrupted at one moment after another."""
    empty = Server(tmp_path / "empty", server.furniture)
    for seconds in (1.2, 1.8, 2.4):
        empty.launch()
        try:
            empty.process.wait(timeout=seconds)  # type: ignore[union-attr]
        except subprocess.TimeoutExpired:
            empty.kill9()
    try:
        empty.start("--no-worker")
        assert empty.is_whole()
    finally:
        empty.close()
