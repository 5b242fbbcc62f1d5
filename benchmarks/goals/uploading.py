"""G9: a recording of 1 GB (100 MB in a quick run) sent over loopback by the resumable protocol, 64 MiB a request, until it is
acknowledged and on the disk; against `dd` with fsync and against the floor's stream with fsync, in turns. Then another one, and
beside it: the p95 of another page, against what it was for the same visitor just before; and how far the web process's memory
grew over both. A recording's bytes are looked at by the worker later."""

import base64
import http.client
import subprocess
import threading
import time
from collections.abc import Iterator
from statistics import median

import psutil

from benchmarks import house
from benchmarks.bench import Bench
from benchmarks.figures import Figure, accepted, as_words
from benchmarks.timing import p95

PIECE = 1 << 20
AT_ONCE = 64 * PIECE  # in one request; the product takes up to 128 MB
TUS = {"Tus-Resumable": "1.0.0", "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
HEAD = b"RIFF\xff\xff\xff\xffWAVEfmt "


def measure(bench: Bench) -> list[Figure]:
    size = bench.some(1000, 100) * PIECE
    page = bench.page(bench.thread())
    page.measure(20)
    dd, plain, ours, growth, beside = [], [], [], [], []
    for _ in range(min(bench.rounds, 3)):
        dd.append(_dd(bench, size))
        plain.append(_floor(bench, size))
        with Watch(bench.house_pid) as watch:
            ours.append(_product(bench, size))
            _make_room(bench, size)
            with Visitor(bench) as before:
                time.sleep(bench.some(4, 1))
            with Visitor(bench) as visitor:
                _product(bench, size)
        _make_room(bench, size)
        growth.append(watch.grown / 1e6)
        beside.append(p95(visitor.times) / p95(before.times))
    to_dd = [mine / theirs for mine, theirs in zip(ours, dd, strict=True)]
    to_floor = [mine / theirs for mine, theirs in zip(ours, plain, strict=True)]
    name = f"upload of {size // PIECE} MiB"
    times = f"{median(ours):.1f} s against {{:.1f}} s"
    return [
        bench.figure(
            "G9",
            f"{name} against dd and fsync",
            "≤ 2.5x",
            f"{as_words(to_dd)}; {times.format(median(dd))}",
            accepted(to_dd, 2.5),
        ),
        bench.figure(
            "G9",
            f"{name} against the floor's stream",
            "≤ 1.2x",
            f"{as_words(to_floor)}; {times.format(median(plain))}",
            accepted(to_floor, 1.2),
        ),
        bench.figure(
            "G9",
            "growth of the web process's memory meanwhile",
            "≤ 32 MB",
            f"{max(growth):.0f} MB at most",
            max(growth) <= 32,
        ),
        bench.figure("G9", "another page meanwhile", "p95 ≤ 2x", as_words(beside), accepted(beside, 2.0)),
    ]


def _dd(bench: Bench, size: int) -> float:
    target = bench.seed.settings.data_dir / "dd"
    began = time.perf_counter()
    command = ["dd", "if=/dev/zero", f"of={target}", "bs=1M", f"count={size // PIECE}", "conv=fsync"]
    subprocess.run(command, check=True, capture_output=True)
    seconds = time.perf_counter() - began
    target.unlink()
    return seconds


def _floor(bench: Bench, size: int) -> float:
    return _send(bench.floor_port, "PUT", "/upload", size, {}, 204)


def _product(bench: Bench, size: int) -> float:
    cookie = {"Cookie": f"evenkeel={bench.seed.staff[1]}"}
    connection = http.client.HTTPConnection("127.0.0.1", bench.seed.settings.port, timeout=120)
    said = {"filename": "call.wav", "title": "Call", "others": "Ruth Adeyemi", "how": "Asked aloud"}
    metadata = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items())
    headers = {**TUS, **cookie, "Upload-Length": str(size), "Upload-Metadata": metadata, "Content-Length": "0"}
    began = time.perf_counter()
    connection.request("POST", f"/escalations/{house.key(house.POSTED_TO)}/uploads", headers=headers)
    answer = connection.getresponse()
    said_back = answer.read()
    if answer.status != 201:
        raise RuntimeError(f"the upload was refused: {answer.status} {said_back[:200]!r}")
    place = answer.headers["Location"]
    headers = {**TUS, **cookie, "Content-Type": "application/offset+octet-stream"}
    for offset in range(0, size, AT_ONCE):
        part = min(AT_ONCE, size - offset)
        _send(bench.seed.settings.port, "PATCH", place, part, {**headers, "Upload-Offset": str(offset)}, 204)
    return time.perf_counter() - began


def _make_room(bench: Bench, size: int) -> None:
    """The bytes alone: a gigabyte a round would fill the disk in a few runs."""
    for file in bench.seed.settings.data_dir.glob("files/**/*"):
        if file.is_file() and file.stat().st_size == size:
            file.unlink()


def _send(port: int, method: str, path: str, size: int, headers: dict[str, str], expected: int) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    began = time.perf_counter()
    connection.request(method, path, body=_pieces(size), headers={**headers, "Content-Length": str(size)})
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != expected:
        raise RuntimeError(f"{path}: {answer.status} {said[:200]!r}")
    return time.perf_counter() - began


def _pieces(size: int) -> Iterator[bytes]:
    piece = bytes(PIECE)
    yield HEAD + piece[len(HEAD) :]
    for _ in range(size // PIECE - 1):
        yield piece


class Watch:
    """How much more memory the process holds at most than at the beginning."""

    def __init__(self, pid: int) -> None:
        self._process, self._over = psutil.Process(pid), threading.Event()
        self.grown = 0

    def __enter__(self) -> "Watch":
        self._before = self._process.memory_info().rss
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.05):
            self.grown = max(self.grown, self._process.memory_info().rss - self._before)


class Visitor:
    """Somebody who opens the thread again and again meanwhile."""

    def __init__(self, bench: Bench) -> None:
        self._page, self._over = bench.page(bench.thread()), threading.Event()
        self.times: list[float] = []
        self._failures = 0

    def __enter__(self) -> "Visitor":
        self._thread = threading.Thread(target=self._visit)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._failures:
            raise RuntimeError(f"{self._failures} of {len(self.times)} pages were refused meanwhile")

    def _visit(self) -> None:
        while not self._over.wait(0.02):
            seen = self._page.measure(1)
            self.times += seen.times
            self._failures += seen.failures
