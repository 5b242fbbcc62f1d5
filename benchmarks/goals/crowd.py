"""G6: 500 open streams in which nothing happens: what the thread with 50 messages takes then (p95, in turns with and without
the streams), and what each stream costs the web process's memory (PSS)."""

import asyncio

import psutil

from benchmarks import house
from benchmarks.bench import Bench
from benchmarks.figures import Figure, accepted, as_words
from benchmarks.goals.live import bench_cookie
from benchmarks.streams import open_readers
from benchmarks.timing import p95

STREAMS = 500


def measure(bench: Bench) -> list[Figure]:
    return asyncio.run(_measure(bench))


async def _measure(bench: Bench) -> list[Figure]:
    page, each, costs = bench.page(bench.thread()), [], []
    path = f"/escalations/{house.key(house.MEASURED)}/live"
    process, count = psutil.Process(bench.house_pid), bench.some(40, 20)
    page.measure(20)
    for _ in range(bench.rounds):
        alone = await asyncio.to_thread(page.measure, count)
        before = process.memory_full_info().pss
        readers = await open_readers(STREAMS, bench.seed.settings.port, lambda _: path, bench_cookie(bench))
        costs.append((process.memory_full_info().pss - before) / STREAMS / 1000)
        beside = await asyncio.to_thread(page.measure, count)
        for reader in readers:
            await reader.close()
        await asyncio.sleep(0.5)
        each.append(p95(beside.times) / p95(alone.times))
    words = f"{max(costs):.0f} kB in the round that took most"
    return [
        bench.figure(
            "G6", f"page with {STREAMS} idle streams open", "p95 ≤ 1.2x without", as_words(each), accepted(each, 1.2)
        ),
        bench.figure("G6", "memory of a stream, PSS", "≤ 60 kB", words, max(costs) <= 60),
    ]
