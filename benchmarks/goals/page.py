"""G1: the thread with 50 messages and the escalation's page, signed in and with permissions checked, one client; each round
100 requests over one kept connection, five at a time in turns with the floor's 44 kB page of 60 rows."""

from benchmarks import house
from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.timing import interleave


def measure(bench: Bench) -> list[Figure]:
    plain, thread = bench.floor_page(), bench.page(bench.thread())
    guest, room = bench.page(bench.thread(), guest=True), bench.page(f"/escalations/{house.key(house.MEASURED)}")
    interleave([plain, thread, guest, room], bench.rounds, bench.some(100, 25))
    return [
        bench.ratio("G1", f"thread with 50 messages, {thread.size / 1000:.0f} kB, 1 client", 1.5, thread, plain),
        bench.ratio("G1", f"the same as a guest, {guest.size / 1000:.0f} kB", 1.5, guest, plain),
        bench.ratio("G1", f"escalation page, {room.size / 1000:.0f} kB, 1 client", 1.5, room, plain),
    ]
