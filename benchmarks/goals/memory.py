"""G12: proportional set size of the web process, one worker, no speech model, after 30 pages and again after two thousand
(500 in a quick run) requests of five kinds of page; the floor's after as many of its own."""

from itertools import cycle, islice

import psutil

from benchmarks import house
from benchmarks.bench import Bench
from benchmarks.figures import Figure


def measure(bench: Bench) -> list[Figure]:
    """On a server that has answered nothing else yet."""
    at = f"/escalations/{house.key(house.MEASURED)}"
    pages = [bench.page(path) for path in (bench.thread(), at, "/", f"{at}/concerns", f"{at}/actions")]
    plain = bench.floor_page()
    for page in islice(cycle(pages), 30):
        page.measure(1)
    plain.measure(30)
    early, floor_mb = _mb(bench.house_pid), _mb(bench.floor_pid)
    many = bench.some(2000, 500)
    for page in pages:
        page.measure(many // len(pages))
    late = _mb(bench.house_pid)
    return [
        bench.figure(
            "G12",
            "memory of the web process, PSS, after 30 pages",
            "≤ 115 MB",
            f"{early:.0f} MB, floor {floor_mb:.0f} MB ({early / floor_mb:.1f}x)",
            early <= 115,
        ),
        bench.figure(
            "G12",
            f"growth over {many} requests",
            "≤ 10 %",
            f"{100 * (late / early - 1):.1f} %, to {late:.0f} MB",
            late <= 1.1 * early,
        ),
    ]


def _mb(pid: int) -> float:
    return float(psutil.Process(pid).memory_full_info().pss) / 1e6
