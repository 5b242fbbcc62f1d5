"""`make bench`: goal, figure and verdict for each measure, printed and written to docs/performance.md."""

import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import psutil

from benchmarks import speech, weight
from benchmarks.figures import Figure
from benchmarks.house import House, build
from benchmarks.timing import Target, interleave, p50, p95, ratios

ROUNDS, REQUESTS = 5, 60
ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "performance.md"
MARK = "<!-- measured: everything below is written by `make bench` -->"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="evenkeel-bench-") as folder:
        figures = measure(Path(folder))
    rows = "\n".join(figure.as_row() for figure in figures)
    text = (
        f"{MARK}\n\nMeasured on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{ROUNDS} interleaved rounds of {REQUESTS} requests; ratios are medians of the rounds' p95 unless said.\n\n"
        f"| # | measure | goal | figure | verdict |\n|---|---|---|---|---|\n{rows}\n"
    )
    print(text)
    before = TABLE.read_text().split(MARK)[0] if TABLE.exists() else "# Performance\n\n"
    TABLE.write_text(before + text)


def measure(folder: Path) -> list[Figure]:
    os.environ["FLOOR_DB"] = str(folder / "floor.db")
    floor_port, house_port = _free_port(), _free_port()
    subprocess.run([sys.executable, "-c", "from benchmarks.floor import fill; fill(None)"], check=True, cwd=ROOT)
    house = build(folder / "house", house_port)
    with _floor(floor_port) as plain, _house(house) as ours:
        figures = _pages(house, floor_port)
        figures.append(_memory(plain, ours))
        figures += weight.first_load(house)
    figures.append(_cold_start(house, floor_port))
    return sorted(figures + speech.figures(), key=lambda figure: int(figure.goal[1:]))


def _pages(house: House, floor_port: int) -> list[Figure]:
    signed_in = {"Cookie": f"evenkeel={house.token}", "Accept-Encoding": "identity"}
    plain = Target("floor", f"http://127.0.0.1:{floor_port}/cases/1")
    thread = Target("thread", house.settings.site + house.topic_url, signed_in)
    room = Target("room", house.settings.site + house.escalation_url, signed_in)
    interleave([plain, thread, room], ROUNDS, REQUESTS)
    posting = {"Content-Type": "application/x-www-form-urlencoded"}
    plain_post = Target("floor post", plain.url, posting, lambda _: b"words=a+calm+word", 303)
    ours = {**signed_in, **posting, "Sec-Fetch-Site": "same-origin"}
    post = Target(
        "post",
        f"{thread.url}/messages",
        ours,
        lambda n: f"text=a+calm+word&audience=internal&client_id=c{time.time_ns()}".encode(),
        303,
    )
    interleave([plain_post, post], 5, 25)
    return [
        _ratio("G1", f"thread with 50 messages, {thread.size / 1000:.0f} kB, 1 client", 1.5, thread, plain),
        _ratio("G1", f"escalation page, {room.size / 1000:.0f} kB, 1 client", 1.5, room, plain),
        _ratio("G4", "post a message", 2.0, post, plain_post),
    ]


def _ratio(goal: str, measure: str, wanted: float, ours: Target, plain: Target) -> Figure:
    each = ratios(ours, plain)
    times = [time for some in ours.times for time in some]
    plain_times = [time for some in plain.times for time in some]
    figure = (
        f"{median(each):.2f}x (worst round {max(each):.2f}x); p50 {p50(times):.1f} / p95 {p95(times):.1f} ms "
        f"against the floor's {p50(plain_times):.1f} / {p95(plain_times):.1f} ms"
    )
    return Figure(goal, measure, f"p95 ≤ {wanted}x floor", figure, median(each) <= wanted and max(each) <= 1.5 * wanted)


def _memory(plain: int, ours: int) -> Figure:
    floor_mb, ours_mb = (psutil.Process(pid).memory_full_info().pss / 1e6 for pid in (plain, ours))
    words = f"{ours_mb:.0f} MB, floor {floor_mb:.0f} MB ({ours_mb / floor_mb:.1f}x), after the requests above"
    return Figure("G12", "memory of the web process, PSS", "≤ 115 MB", words, ours_mb <= 115)


def _cold_start(house: House, floor_port: int) -> Figure:
    """From the start of the process to the first answered page, in turns."""
    plain, ours = [], []
    for _ in range(4):
        plain.append(_seconds_to_page(lambda: _floor(floor_port), f"http://127.0.0.1:{floor_port}/cases/1"))
        ours.append(_seconds_to_page(lambda: _house(house), f"{house.settings.site}/sign-in"))
    ratio = median(ours) / median(plain)
    words = f"{ratio:.2f}x; {median(ours):.1f} s against {median(plain):.1f} s, with 100,000 messages"
    return Figure("G11", "cold start to the first page", "≤ 1.5x floor", words, ratio <= 1.5)


def _seconds_to_page(start, address: str) -> float:  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    with start():
        with urllib.request.urlopen(address) as page:  # noqa: S310  our own address
            page.read()
        return time.perf_counter() - began


@contextmanager
def _floor(port: int) -> Iterator[int]:
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "benchmarks.floor:app",
        "--port",
        str(port),
        "--log-level",
        "warning",
        "--no-access-log",
    ]
    with _running(command, {}, port) as pid:
        yield pid


@contextmanager
def _house(house: House) -> Iterator[int]:
    site = {
        "EVENKEEL_DATA_DIR": str(house.settings.data_dir),
        "EVENKEEL_PORT": str(house.settings.port),
        "EVENKEEL_SECRET_KEY": house.settings.secret_key,
    }
    command = [sys.executable, "-m", "app.command", "serve", "--no-worker"]
    with _running(command, site, house.settings.port) as pid:
        yield pid


@contextmanager
def _running(command: list[str], environment: dict[str, str], port: int) -> Iterator[int]:
    process = subprocess.Popen(command, env={**os.environ, **environment}, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    main()
