"""G4: one message posted: stored, put down for the index, counted, published, answered; by 1, 16 and 64 clients, against the
floor's plain insert with the same durability. Writers take turns, so the many wait, and none may fail."""

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.timing import interleave


def measure(bench: Bench) -> list[Figure]:
    plain, ours = bench.floor_post(), bench.post()
    interleave([plain, ours], bench.rounds, bench.some(100, 20))
    figures = [bench.ratio("G4", "post a message, 1 client", 2.0, ours, plain)]
    for clients, count in ((16, bench.some(128, 48)), (64, bench.some(192, 128))):
        plain, ours = bench.floor_post(), bench.post()
        interleave([plain, ours], bench.rounds, count, clients)
        row = bench.rate("G4", f"post a message, {clients} clients", 0.5, ours, plain)
        if clients == 64:
            row = bench.figure("G4", row.measure, "0 failures", row.measured, ours.failures == 0)
        figures.append(row)
    return figures
