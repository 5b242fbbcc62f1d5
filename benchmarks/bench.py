"""What each measurement is given: the filled house, both servers as they run, and how long to look."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks import house, servers
from benchmarks.figures import Figure, accepted, as_words
from benchmarks.seeds import Seed
from benchmarks.timing import Target, all_of, p50, p95, ratios, sound_rounds

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
FLOOR_FAILED = "the floor failed in every round"
_posted = itertools.count(time.time_ns())


@dataclass
class Bench:
    seed: Seed
    floor_file: Path
    rounds: int
    is_quick: bool
    floor_port: int = field(default_factory=servers.free_port)
    floor_pid: int = 0
    house_pid: int = 0

    @property
    def where(self) -> str:
        return f"{self.seed.scale.name}, {'SQLite' if self.seed.settings.is_embedded else 'PostgreSQL'}"

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.seed.settings.port}"

    @property
    def floor_site(self) -> str:
        return f"http://127.0.0.1:{self.floor_port}"

    def some(self, count: int, quick: int) -> int:
        return quick if self.is_quick else count

    @contextmanager
    def running(self) -> Iterator["Bench"]:
        with (
            servers.floor(self.floor_file, self.floor_port) as self.floor_pid,
            servers.product(self.seed.environment) as self.house_pid,
        ):
            yield self

    # Targets

    def floor_page(self, path: str = "/cases/1") -> Target:
        return Target("floor", self.floor_site + path)

    def floor_post(self) -> Target:
        return Target(
            "floor post", f"{self.floor_site}/cases/3", FORM, lambda _: b"words=a+calm+word+about+imports", 303
        )

    def page(self, path: str, *, guest: bool = False) -> Target:
        token = (self.seed.guests if guest else self.seed.staff)[0]
        return Target(path, self.site + path, {"Cookie": f"evenkeel={token}", "Accept-Encoding": "identity"})

    def thread(self, number: int = house.MEASURED) -> str:
        return f"/escalations/{house.key(number)}/discussion/{house.name('topic', number)}"

    def post(self) -> Target:
        """An internal note by many different colleagues: stored, indexed for the search, counted, told to open pages."""
        return Target(
            "post",
            f"{self.site}{self.thread(house.POSTED_TO)}/messages",
            lambda n: {**FORM, "Cookie": f"evenkeel={self.seed.staff[n % house.COLLEAGUES]}"},
            lambda _: f"text=a+calm+word+about+imports&audience=internal&client_id=b{next(_posted)}".encode(),
            303,
        )

    # Figures

    def ratio(self, goal: str, measure: str, wanted: float, ours: Target, plain: Target, against: str = "") -> Figure:
        rounds, asked = sound_rounds(ours, plain), f"p95 ≤ {wanted}x {against or 'floor'}"
        if not rounds:
            return self.figure(goal, measure, asked, FLOOR_FAILED, None)
        each, (mine, theirs) = ratios(rounds), map(all_of, zip(*rounds, strict=True))
        figure = (
            f"{as_words(each)}; p50 {p50(mine):.1f} / p95 {p95(mine):.1f} ms "
            f"against {p50(theirs):.1f} / {p95(theirs):.1f} ms"
            + (f"; {ours.failures} failures" if ours.failures else "")
            + _left_out(plain, each)
        )
        is_met = accepted(each, wanted) and not ours.failures
        return self.figure(goal, measure, asked, figure, is_met)

    def rate(self, goal: str, measure: str, wanted: float, ours: Target, plain: Target) -> Figure:
        """Requests a second as a multiple of the floor's: the worst round may fall a third short."""
        rounds, asked = sound_rounds(ours, plain), f"≥ {wanted}x floor's rps, 0 failures"
        if not rounds:
            return self.figure(goal, measure, asked, FLOOR_FAILED, None)
        each = [mine.rate / theirs.rate for mine, theirs in rounds]
        rates = [median(some.rate for some in of_one) for of_one in zip(*rounds, strict=True)]
        figure = (
            f"{median(each):.2f}x (worst round {min(each):.2f}x); {rates[0]:.0f} rps against {rates[1]:.0f}; "
            f"{ours.failures} failures of {sum(len(times) for times in ours.times)}" + _left_out(plain, each)
        )
        is_met = median(each) >= wanted and min(each) >= wanted / 1.5 and not ours.failures
        return self.figure(goal, measure, asked, figure, is_met)

    def figure(self, goal: str, measure: str, wanted: str, measured: str, is_met: bool | None) -> Figure:
        return Figure(goal, measure, wanted, measured, is_met, self.where)


def _left_out(plain: Target, each: list[float]) -> str:
    missing = len(plain.slices) - len(each)
    return f"; without {missing} rounds in which the floor failed" if missing else ""
