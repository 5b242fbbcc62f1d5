"""Requests over kept connections, by one client or many, in turns between the servers, and what came out."""

import http.client
import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Slice:
    """What one round did to one target; times in milliseconds."""

    times: list[float]
    seconds: float
    failures: int

    @property
    def rate(self) -> float:
        return (len(self.times) - self.failures) / self.seconds


@dataclass
class Target:
    """One address of one server. Headers and path may differ from request to request."""

    name: str
    url: str
    headers: Headers | Callable[[int], Headers] = field(default_factory=dict)
    body: Callable[[int], bytes] | None = None
    expected: int = 200
    path: Callable[[int], str] | None = None
    slices: list[Slice] = field(default_factory=list)
    size: int = 0
    _number: int = 0

    def measure(self, count: int, clients: int = 1) -> Slice:
        """`count` requests in all, by so many clients at once."""
        share = [count // clients + (n < count % clients) for n in range(clients)]
        began = time.perf_counter()
        if clients == 1:
            parts = [self._client(count)]
        else:
            with ThreadPoolExecutor(clients) as together:
                parts = list(together.map(self._client, share))
        seconds = time.perf_counter() - began
        return Slice([t for times, _ in parts for t in times], seconds, sum(failed for _, failed in parts))

    def _client(self, count: int) -> tuple[list[float], int]:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        times, failures = [], 0
        for _ in range(count):
            self._number = number = self._number + 1
            body = self.body(number) if self.body else None
            path = self.path(number) if self.path else parts.path + (f"?{parts.query}" if parts.query else "")
            headers = self.headers(number) if callable(self.headers) else self.headers
            began = time.perf_counter()
            try:
                connection.request("POST" if self.body else "GET", path, body=body, headers=dict(headers))
                answer = connection.getresponse()
                content = answer.read()
                failures += answer.status != self.expected
                self.size = len(content)
            except (OSError, http.client.HTTPException):
                failures += 1
                connection.close()
            times.append((time.perf_counter() - began) * 1000)
        connection.close()
        return times, failures

    @property
    def times(self) -> list[list[float]]:
        return [some.times for some in self.slices]

    @property
    def failures(self) -> int:
        return sum(some.failures for some in self.slices)


def interleave(targets: list[Target], rounds: int, count: int, clients: int = 1, warm: int = 10) -> None:
    """Each round measures each target once, so that a busy moment of the machine meets them all."""
    for target in targets:
        target.slices.clear()
        if target.measure(warm).failures == warm:
            raise RuntimeError(f"{target.name}: every request failed")
    for number in range(rounds):
        # Whoever comes first is another one each time: nobody has the cold processor for good.
        for target in targets[number % len(targets) :] + targets[: number % len(targets)]:
            target.slices.append(target.measure(count, clients))


def p50(times: list[float]) -> float:
    return statistics.median(times)


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def ratios(target: Target, floor: Target, figure: Callable[[list[float]], float] = p95) -> list[float]:
    """The target's figure as a multiple of the floor's, round by round."""
    return [figure(ours) / figure(theirs) for ours, theirs in zip(target.times, floor.times, strict=True)]


def all_of(target: Target) -> list[float]:
    return [time for some in target.times for time in some]
