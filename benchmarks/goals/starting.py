"""G11: from the start of the process to the last byte of the first page, in turns with the floor's: the thread with 50
messages in the filled house, and the sign-in page of an empty one. Without the worker, which begins after the web process
answers. The first start of each is not counted."""

import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks import house, servers
from benchmarks.bench import Bench
from benchmarks.figures import Figure, accepted, as_words
from benchmarks.seeds import SECRET

SERVE = [sys.executable, "-m", "app.command", "serve", "--no-worker"]
FLOOR = [sys.executable, "-m", "uvicorn", "benchmarks.floor:app", "--log-level", "warning", "--no-access-log", "--port"]


def measure(bench: Bench) -> list[Figure]:
    """The house must not be running."""
    with tempfile.TemporaryDirectory(prefix="evenkeel-bench-") as folder:
        empty = {"EVENKEEL_DATA_DIR": str(Path(folder)), "EVENKEEL_SECRET_KEY": SECRET, "EVENKEEL_DATABASE_URL": ""}
        plain: list[float] = []
        filled: list[float] = []
        bare: list[float] = []
        for _ in range(bench.rounds + 1):
            plain.append(_floor(bench))
            filled.append(_product(bench.seed.environment, bench.thread(house.MEASURED), bench.seed.staff[0]))
            bare.append(_product(empty, "/sign-in"))
    return [
        _row(bench, f"cold start to the thread, {bench.seed.scale.words}", filled[1:], plain[1:]),
        _row(bench, "cold start to the sign-in page, empty house on SQLite", bare[1:], plain[1:]),
    ]


def _floor(bench: Bench) -> float:
    port = servers.free_port()
    environment = {"FLOOR_DB": str(bench.floor_file)}
    return servers.seconds_to_page([*FLOOR, str(port)], environment, f"http://127.0.0.1:{port}/cases/1")


def _product(environment: dict[str, str], path: str, token: str = "") -> float:
    port = servers.free_port()
    cookie = f"evenkeel={token}" if token else ""
    return servers.seconds_to_page(
        SERVE, environment | {"EVENKEEL_PORT": str(port)}, f"http://127.0.0.1:{port}{path}", cookie
    )


def _row(bench: Bench, measure: str, ours: list[float], plain: list[float]) -> Figure:
    each = [mine / theirs for mine, theirs in zip(ours, plain, strict=True)]
    words = f"{as_words(each)}; {median(ours):.2f} s against {median(plain):.2f} s"
    return bench.figure("G11", measure, "≤ 1.5x floor", words, accepted(each, 1.5))
