"""Requests over kept connections, by one client or many, in turns between the servers, and what came out."""

import http.client
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Headers = Mapping[str, str]
TURN = 5  # requests of one client before it is another target's turn


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
        """`count` requests in all, by so many clients at once, each on a connection of its own."""
        share = [count // clients + (n < count % clients) for n in range(clients)]
        began = time.perf_counter()
        if clients == 1:
            parts = [self._client(count)]
        else:
            with ThreadPoolExecutor(clients) as together:
                parts = list(together.map(self._client, share))
        seconds = time.perf_counter() - began
        return Slice([t for times, _ in parts for t in times], seconds, sum(failed for _, failed in parts))

    def connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def ask(self, count: int, connection: http.client.HTTPConnection) -> Slice:
        """`count` requests one after another on this connection."""
        began = time.perf_counter()
        times, failures = self._ask(count, connection)
        return Slice(times, time.perf_counter() - began, failures)

    def _client(self, count: int) -> tuple[list[float], int]:
        with closing(self.connect()) as connection:
            return self._ask(count, connection)

    def _ask(self, count: int, connection: http.client.HTTPConnection) -> tuple[list[float], int]:
        parts = urlsplit(self.url)
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
        return times, failures

    @property
    def times(self) -> list[list[float]]:
        return [some.times for some in self.slices]

    @property
    def failures(self) -> int:
        return sum(some.failures for some in self.slices)


def interleave(targets: list[Target], rounds: int, count: int, clients: int = 1, warm: int = 10) -> None:
    """In each round every target is asked so many times, in turns, so that a busy moment of the machine meets them all:
    by one client a few requests each until all are made, by many a whole slice each."""
    for target in targets:
        target.slices.clear()
        if target.measure(warm).failures == warm:
            raise RuntimeError(f"{target.name}: every request failed")
    for number in range(rounds):
        # Whoever comes first is another one each time: nobody has the cold processor for good.
        order = targets[number % len(targets) :] + targets[: number % len(targets)]
        if clients == 1:
            _round_of_turns(order, count)
            continue
        for target in order:
            target.slices.append(target.measure(count, clients))


def _round_of_turns(targets: list[Target], count: int) -> None:
    with ExitStack() as opened:
        connections = [opened.enter_context(closing(target.connect())) for target in targets]
        for connection in connections:
            connection.connect()  # what that takes is no part of a request
        parts: list[list[Slice]] = [[] for _ in targets]
        for done in range(0, count, TURN):
            for target, connection, some in zip(targets, connections, parts, strict=True):
                some.append(target.ask(min(TURN, count - done), connection))
    for target, some in zip(targets, parts, strict=True):
        times = [time for part in some for time in part.times]
        target.slices.append(Slice(times, sum(part.seconds for part in some), sum(part.failures for part in some)))


def p50(times: list[float]) -> float:
    return statistics.median(times)


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def sound_rounds(target: Target, floor: Target) -> list[tuple[Slice, Slice]]:
    """Those in which the floor answered everything. What it gives up on, late or at once, is no measure of anything."""
    return [(ours, theirs) for ours, theirs in zip(target.slices, floor.slices, strict=True) if not theirs.failures]


def ratios(rounds: Iterable[tuple[Slice, Slice]], figure: Callable[[list[float]], float] = p95) -> list[float]:
    """One's figure as a multiple of the other's, round by round."""
    return [figure(ours.times) / figure(theirs.times) for ours, theirs in rounds]


def all_of(slices: Iterable[Slice]) -> list[float]:
    return [time for some in slices for time in some.times]
