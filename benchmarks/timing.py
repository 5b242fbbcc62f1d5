"""Requests one after another over a kept connection, in turns between the two servers, and what came out."""

import http.client
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Target:
    """One address of one server. `times` holds milliseconds, a list per round."""

    name: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Callable[[int], bytes] | None = None
    expected: int = 200
    times: list[list[float]] = field(default_factory=list)
    size: int = 0

    def connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    def measure(self, count: int) -> None:
        connection, times = self.connect(), []
        path = urlsplit(self.url).path
        for number in range(count):
            body = self.body(number) if self.body else None
            began = time.perf_counter()
            connection.request("POST" if body else "GET", path, body=body, headers=dict(self.headers))
            answer = connection.getresponse()
            content = answer.read()
            times.append((time.perf_counter() - began) * 1000)
            if answer.status != self.expected:
                raise RuntimeError(f"{self.name}: {answer.status} {content[:300]!r}")
            self.size = len(content)
        self.times.append(times)
        connection.close()


def interleave(targets: list[Target], rounds: int, count: int) -> None:
    """Each round measures each target once, so that a busy moment of the machine meets them all."""
    for target in targets:
        target.measure(10)
        target.times.clear()
    for _ in range(rounds):
        for target in targets:
            target.measure(count)


def p50(times: list[float]) -> float:
    return statistics.median(times)


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def ratios(target: Target, floor: Target, figure: Callable[[list[float]], float] = p95) -> list[float]:
    """The target's figure as a multiple of the floor's, round by round."""
    return [figure(ours) / figure(theirs) for ours, theirs in zip(target.times, floor.times, strict=True)]
