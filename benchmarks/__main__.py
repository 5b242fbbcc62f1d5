"""`make bench`: goal, figure and verdict for each measure, printed and written to docs/performance.md.

python -m benchmarks --scale both --database both            all of it, about half an hour and the filling of the houses
python -m benchmarks --quick                                 a few minutes on the small house
python -m benchmarks --scale 1k --only G1,G4 --rounds 5      some of it; the table is then only printed
"""

import argparse
import os
import platform
import shlex
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime

from benchmarks import speech
from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.goals import (
    browsing,
    crowd,
    growth,
    live,
    load,
    long_thread,
    memory,
    page,
    posting,
    searching,
    signing_in,
    starting,
    suites,
    uploading,
)
from benchmarks.scale import SCALES
from benchmarks.seeds import kept_floor, kept_houses
from benchmarks.servers import ROOT

TABLE = ROOT / "docs" / "performance.md"
MARK = "<!-- measured: everything below is written by `make bench` -->"
Measure = Callable[[Bench], list[Figure]]

COLD: dict[str, Measure] = {"G11": starting.measure}  # while the house is not running
FRESH: dict[str, Measure] = {"G12": memory.measure}  # on one that has answered nothing yet
AT_EACH_SCALE: dict[str, Measure] = {
    "G1": page.measure,
    "G2": load.measure,
    "G3": long_thread.measure,
    "G4": posting.measure,
    "G7": searching.measure,
}
ON_EACH_DATABASE: dict[str, Measure] = {
    "G5": live.measure,
    "G6": crowd.measure,
    "G9": uploading.measure,
    "G17": signing_in.measure,
}
ONCE: dict[str, Measure] = {"G13": browsing.first_load, "G14": browsing.vitals}
WITHOUT_A_HOUSE: dict[str, Callable[[], list[Figure]]] = {
    "G10": speech.figures,
    "G15": suites.accessibility,
    "G16": suites.without_javascript,
}


def main() -> None:
    asked = _arguments()
    figures: list[Figure] = []
    for at, database in enumerate(asked.databases):
        figures += _on(database, asked, is_first=at == 0)
    if not asked.quick:
        for goal, measure_once in WITHOUT_A_HOUSE.items():
            if goal in asked.goals:
                figures += _say(goal, "", measure_once)
    figures.sort(key=lambda figure: int(figure.goal[1:]))
    text = _table(figures, asked)
    print(text)
    if asked.write:
        TABLE.write_text(f"{TABLE.read_text().split(MARK)[0]}{MARK}\n\n{text}")


def _on(database: str, asked: argparse.Namespace, *, is_first: bool) -> list[Figure]:
    figures: list[Figure] = []
    with kept_houses(asked.scales, database) as seeds:
        benches = [Bench(seed, kept_floor(name), asked.rounds, asked.quick) for name, seed in seeds.items()]
        for bench in benches:
            figures += _some(COLD, bench, asked)
            smallest = bench is benches[0]
            running = FRESH | AT_EACH_SCALE
            running |= (ON_EACH_DATABASE if smallest else {}) | (ONCE if smallest and is_first else {})
            if set(running) & asked.goals:
                with bench.running():
                    figures += _some(running, bench, asked)
        if "G8" in asked.goals and len(benches) == 2:
            with ExitStack() as both:
                small, large = (both.enter_context(bench.running()) for bench in benches)
                figures += _say("G8", database, lambda: growth.measure(small, large))
    return figures


def _some(measures: dict[str, Measure], bench: Bench, asked: argparse.Namespace) -> list[Figure]:
    figures: list[Figure] = []
    for goal, measure in measures.items():
        if goal in asked.goals:
            figures += _say(goal, bench.where, lambda measure=measure: measure(bench))  # type: ignore[misc]
    return figures


def _say(goal: str, where: str, measure: Callable[[], list[Figure]]) -> list[Figure]:
    """A measurement that breaks is a row of its own, and the others go on."""
    began = time.monotonic()
    try:
        figures = measure()
    except Exception as error:
        traceback.print_exc()
        figures = [Figure(goal, "could not be measured", "", f"{type(error).__name__}: {error}"[:200], False, where)]
    print(f"# {goal} {where}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    for figure in figures:
        print(figure.as_row(), file=sys.stderr, flush=True)
    return figures


def _table(figures: list[Figure], asked: argparse.Namespace) -> str:
    judged = [figure for figure in figures if figure.is_met is not None]
    scales = "; ".join(f"{name}: {SCALES[name].words}" for name in asked.scales)
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `python -m benchmarks {shlex.join(sys.argv[1:])}`: "
        f"{os.cpu_count()} cores, load {os.getloadavg()[2]:.1f} over the last quarter of an hour, "
        f"Python {platform.python_version()}, {asked.rounds} rounds in turns. {scales}. Ratios are medians over the rounds "
        f"of a round's p95 unless said; met means that the median meets the goal and no round is above 1.5 times of it. "
        f"{sum(bool(figure.is_met) for figure in judged)} of {len(judged)} are met.\n\n"
        "| # | where | measure | goal | figure | verdict |\n|---|---|---|---|---|---|\n"
        + "\n".join(figure.as_row() for figure in figures)
        + "\n"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures against docs/performance.md.")
    parser.add_argument("--scale", choices=[*SCALES, "both"], default="both", help="how much is in the house")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--only", default="", help="such as G1,G4; nothing is written then")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="fewer rounds on the small house and SQLite; only printed")
    asked = parser.parse_args()
    if asked.quick:
        asked.rounds, asked.database = min(asked.rounds, 3), "sqlite"
        asked.scale = "1k" if asked.scale == "both" else asked.scale
    asked.scales = ["1k", "10k"] if asked.scale == "both" else [asked.scale]
    asked.databases = ["sqlite", "postgresql"] if asked.database == "both" else [asked.database]
    every = {*COLD, *FRESH, *AT_EACH_SCALE, *ON_EACH_DATABASE, *ONCE, *WITHOUT_A_HOUSE, "G8"}
    asked.goals = set(filter(None, asked.only.split(","))) or every
    asked.write = not asked.quick and not asked.only and asked.rounds >= 5
    if unknown := asked.goals - every:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    return asked


if __name__ == "__main__":
    main()
