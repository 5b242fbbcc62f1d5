"""G8: every page and action in a house of 1,000 escalations and in one of 10,000, each measured in turns in the same round;
what ten times the data does to it. Searches may grow to 2.5 times. How many statements a page asks is held by the tests,
which count them (tests/statements.py)."""

import re
from statistics import median

from benchmarks import house
from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.timing import Target, interleave, p50, ratios
from benchmarks.words import COMMON, COMMONEST, RARE

PAGES = ("/", "/inbox", "/escalations", "/meetings", "/people", "/customers", "/search", "/profile")
ROOMS = ("", "/concerns", "/actions", "/discussion", "/meetings", "/recordings", "/timeline", "/people", "/vitals")


def measure(small: Bench, large: Bench) -> list[Figure]:
    rows = [_page(small, large, path) for path in PAGES]
    rows += [_page(small, large, f"/escalations/{house.key(house.MEASURED)}{room}") for room in ROOMS]
    rows += [_page(small, large, path) for path in _records(small)]
    rows += [_page(small, large, small.thread(), guest=True), _page(small, large, "/", guest=True)]
    rows += [_compare(small, "post a message", 1.3, small.post(), large.post())]
    for word in (RARE, COMMON, COMMONEST):
        targets = [_search(bench, word) for bench in (small, large)]
        rows.append(_compare(small, f"search for {word}", 2.5, *targets))
    return rows


def _records(bench: Bench) -> list[str]:
    at = f"/escalations/{house.key(house.MEASURED)}"
    return [
        bench.thread(),
        f"{at}/concerns/{house.name('concern', house.MEASURED)}",
        f"{at}/actions/{house.name('action', house.MEASURED)}",
        f"{at}/meetings/{house.name('meeting', house.MEASURED)}",
        f"{at}/recordings/{house.name('recording', house.MEASURED)}",
    ]


def _page(small: Bench, large: Bench, path: str, *, guest: bool = False) -> Figure:
    shown = re.sub(r"/(ACME-\d+|[0-9a-z]{16})\b", "/…", path) + (" as a guest" if guest else "")
    return _compare(small, shown, 1.3, small.page(path, guest=guest), large.page(path, guest=guest))


def _search(bench: Bench, word: str) -> Target:
    tokens = bench.seed.staff
    return Target(word, f"{bench.site}/search?q={word}", lambda n: {"Cookie": f"evenkeel={tokens[-n % len(tokens)]}"})


def _compare(bench: Bench, measure: str, wanted: float, one: Target, ten: Target) -> Figure:
    """By the median of a round: twenty requests have no ninety-fifth percentile worth the name."""
    interleave([one, ten], bench.rounds, bench.some(16, 8), warm=4)
    each = ratios(zip(ten.slices, one.slices, strict=True), p50)
    words = f"{median(each):.2f}x; p50 {median(map(p50, one.times)):.1f} → {median(map(p50, ten.times)):.1f} ms"
    failures = one.failures + ten.failures
    row = bench.figure("G8", measure, f"≤ {wanted}x", words, median(each) <= wanted and not failures)
    return Figure(row.goal, row.measure, row.wanted, row.measured, row.is_met, row.where.replace("1k,", "1k → 10k,"))
