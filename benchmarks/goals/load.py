"""G2: the thread with 50 messages under 16 and 64 clients at once, each on a connection of its own; requests a second as a
multiple of the floor's in the same round, and what is left of the rate of 16 clients at 64."""

from statistics import median

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.timing import interleave


def measure(bench: Bench) -> list[Figure]:
    figures, rates = [], []
    for clients, count in ((16, bench.some(128, 48)), (64, bench.some(192, 128))):
        plain, thread = bench.floor_page(), bench.page(bench.thread())
        interleave([plain, thread], bench.rounds, count, clients)
        figures.append(bench.rate("G2", f"thread with 50 messages, {clients} clients", 1.0, thread, plain))
        rates.append(median(some.rate for some in thread.slices))
    kept = rates[1] / rates[0]
    words = f"{kept:.2f}x; {rates[1]:.0f} rps against {rates[0]:.0f}"
    return [*figures, bench.figure("G2", "64 clients against 16", "≥ 0.9x the rps", words, kept >= 0.9)]
