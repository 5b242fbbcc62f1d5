"""How many requests with a session are answered at once, and whether any is: what takes minutes gives way to what takes
milliseconds."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

LONGEST_PAUSE = 0.02  # seconds after each piece: 12 MB a second come in, however many pages are opened
LOOK_AGAIN = 0.001


class Lanes:
    """Entered for the length of a request; whoever finds all taken waits here, on the loop."""

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)
        self._under_way = 0

    async def __aenter__(self) -> None:
        await self._free.acquire()
        self._under_way += 1

    async def __aexit__(self, *_: object) -> None:
        self._under_way -= 1
        self._free.release()

    @contextmanager
    def beside(self) -> Iterator[None]:
        """For a request that has a place elsewhere."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    async def giving_way(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The next bytes wait with their sender while anybody is being answered: taking them in as fast as they come
        keeps a processor busy, which is half of a small machine."""
        async for piece in stream:
            yield piece
            until = time.monotonic() + LONGEST_PAUSE
            while self._under_way and time.monotonic() < until:
                await asyncio.sleep(LOOK_AGAIN)
