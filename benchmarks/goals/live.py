"""G5: from the beginning of a post to the last of 200 readers who hears of it over their open streams, against the floor's
stream, which is told directly; and that nobody misses anything: over 1,000 posts (100 in a quick run), while one reader in
twenty at a time is cut off and comes back with the number it had heard last, everybody ends at the newest number."""

import asyncio
import random
import time
from statistics import median

from benchmarks import house
from benchmarks.bench import Bench
from benchmarks.figures import Figure, accepted, as_words
from benchmarks.streams import Reader, open_readers
from benchmarks.timing import p50, p95

READERS = 200
PATIENCE = 10.0  # seconds


def measure(bench: Bench) -> list[Figure]:
    return asyncio.run(_measure(bench))


async def _measure(bench: Bench) -> list[Figure]:
    posts = bench.some(20, 8)
    each, ours, plain = [], [], []
    path = f"/escalations/{house.key(house.POSTED_TO)}/live"
    for _ in range(bench.rounds):
        floor = await open_readers(READERS, bench.floor_port, lambda _: "/live", lambda _: {})
        theirs = await _times(floor, posts, lambda: _tell(bench))
        await _close(floor)
        readers = await open_readers(READERS, bench.seed.settings.port, lambda _: path, bench_cookie(bench))
        mine = await _times(readers, posts, lambda: _post(bench))
        await _close(readers)
        each.append(p95(mine) / p95(theirs))
        ours += mine
        plain += theirs
    words = (
        f"{as_words(each)}; p50 {p50(ours):.0f} / p95 {p95(ours):.0f} ms against {p50(plain):.0f} / {p95(plain):.0f} ms"
    )
    fan_out = bench.figure(
        "G5", f"post → last of {READERS} readers", "p95 ≤ 2.5x SSE floor", words, accepted(each, 2.5)
    )
    return [fan_out, await _nobody_misses(bench, path)]


def bench_cookie(bench: Bench):  # type: ignore[no-untyped-def]  # as open_readers takes it
    return lambda n: {"Cookie": f"evenkeel={bench.seed.staff[n % len(bench.seed.staff)]}"}


async def _times(readers: list[Reader], posts: int, act) -> list[float]:  # type: ignore[no-untyped-def]
    """Milliseconds until the last one heard; the first two posts are not counted."""
    times = []
    for number in range(posts + 2):
        heard = [reader.next_event() for reader in readers]
        began = time.perf_counter()
        await asyncio.to_thread(act)
        await asyncio.wait_for(asyncio.gather(*heard), PATIENCE)
        if number > 1:
            times.append((max(reader.heard_at for reader in readers) - began) * 1000)
        await asyncio.sleep(0.05 + random.random() / 4)  # not in step with whoever looks four times a second
    return times


async def _nobody_misses(bench: Bench, path: str) -> Figure:
    posts, draw = bench.some(1000, 100), random.Random(5)
    readers = await open_readers(READERS, bench.seed.settings.port, lambda _: path, bench_cookie(bench))
    await asyncio.to_thread(_post, bench)
    await asyncio.gather(*(reader.until(1, PATIENCE) for reader in readers))
    target, cut, failed = bench.post(), 0, 0
    for _ in range(posts // 20):
        failed += (await asyncio.to_thread(target.measure, 20, 4)).failures
        for reader in draw.sample(readers, READERS // 20):
            await reader.reconnect()
            cut += 1
    newest = max(reader.number for reader in readers)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and min(reader.number for reader in readers) < newest:
        await asyncio.sleep(0.1)
        newest = max(reader.number for reader in readers)
    missing = sum(reader.number < newest for reader in readers)
    await _close(readers)
    first = median(reader.number for reader in readers)
    words = (
        f"{missing} of {READERS} readers behind after {posts} posts and {cut} forced reconnects, "
        f"everybody at number {first:.0f}; {failed} posts failed"
    )
    return bench.figure("G5", "nobody misses a message", "0 behind", words, missing == 0 and failed == 0)


async def _close(readers: list[Reader]) -> None:
    for reader in readers:
        await reader.close()


def _post(bench: Bench) -> None:
    bench.post().measure(1)


def _tell(bench: Bench) -> None:
    """The floor's post, and the telling."""
    bench.floor_post().measure(1)
    target = bench.floor_page("/tell")
    target.body, target.expected = lambda _: b"1", 204
    target.measure(1)
