"""How often one sign-in may search or act. Kept in memory: it costs no statement, and a restart may forget it."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

A_MINUTE = 30
REMEMBERED = 10_000


@dataclass
class Bucket:
    tokens: float
    at: float


class Pace:
    """A bucket for each sign-in, filled again evenly over a minute."""

    def __init__(self, a_minute: int = A_MINUTE) -> None:
        self.a_minute = a_minute
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, who: str) -> bool:
        moment = time.monotonic()
        with self._lock:
            bucket = self._buckets.pop(who, None) or Bucket(self.a_minute, moment)
            tokens = min(self.a_minute, bucket.tokens + (moment - bucket.at) * self.a_minute / 60)
            self._buckets[who] = Bucket(max(tokens - 1, 0) if tokens >= 1 else tokens, moment)
            while len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
            return tokens >= 1
