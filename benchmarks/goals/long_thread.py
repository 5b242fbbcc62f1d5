"""G3: the first screen of a thread of 500 messages against our own page of 50; and all 500 on the page that "Show all" leads
to, against the floor's one page of 500 rows. One client, in turns."""

from benchmarks import house
from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.timing import interleave


def measure(bench: Bench) -> list[Figure]:
    short, first = bench.page(bench.thread()), bench.page(bench.thread(house.LONG_THREAD))
    whole, plain = bench.page(f"{bench.thread(house.LONG_THREAD)}?all=1"), bench.floor_page("/cases/2?rows=500")
    interleave([short, first], bench.rounds, bench.some(60, 12), warm=4)
    interleave([whole, plain], bench.rounds, bench.some(60, 12), warm=4)
    return [
        bench.ratio("G3", "thread of 500 messages, first screen", 1.3, first, short, "our page of 50"),
        bench.ratio(
            "G3", f"all 500 on one page, {whole.size / 1000:.0f} kB", 1.5, whole, plain, "the floor's 500 rows"
        ),
    ]
