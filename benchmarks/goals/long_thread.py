"""G3: the first screen of a thread of 500 messages against our own page of 50; and all 500, read screen after screen as the
page's own links lead, against the floor's one page of 500 rows. One client, in turns."""

import re
from dataclasses import replace
from urllib.request import Request, urlopen

from benchmarks import house
from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.timing import Slice, Target, interleave


def measure(bench: Bench) -> list[Figure]:
    short, first = bench.page(bench.thread()), bench.page(bench.thread(house.LONG_THREAD))
    plain = bench.floor_page("/cases/2?rows=500")
    screens = _screens(bench)
    every = replace(first, path=lambda n: screens[n % len(screens)], slices=[])
    interleave([short, first, plain], bench.rounds, bench.some(30, 12), warm=4)
    rows = [bench.ratio("G3", "thread of 500 messages, first screen", 1.3, first, short, "our page of 50")]
    passes = bench.some(8, 4)
    plain.slices.clear()
    for _ in range(bench.rounds):
        plain.slices.append(plain.measure(passes))
        every.slices.append(_whole(every, passes, len(screens)))
    name = f"all 500, {len(screens)} screens one after another"
    return [*rows, bench.ratio("G3", name, 1.5, every, plain, "the floor's 500 rows")]


def _screens(bench: Bench) -> list[str]:
    """The addresses that lead from the newest message to the first."""
    found, path = [bench.thread(house.LONG_THREAD)], bench.thread(house.LONG_THREAD)
    while True:
        request = Request(bench.site + found[-1], headers={"Cookie": f"evenkeel={bench.seed.staff[0]}"})  # noqa: S310
        page = urlopen(request).read().decode()  # noqa: S310  our own address
        earlier = re.search(rf'href="({re.escape(path)}\?before=[^"]*)"', page)
        if not earlier:
            return found
        found.append(earlier[1].replace("&amp;", "&"))


def _whole(every: Target, passes: int, screens: int) -> Slice:
    some = every.measure(passes * screens)
    times = [sum(some.times[start : start + screens]) for start in range(0, len(some.times), screens)]
    return replace(some, times=times)
