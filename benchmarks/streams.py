"""Browsers that keep a stream open, as few bytes of them as will do."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping

NUMBER = re.compile(rb"id: (\d+)")


class Reader:
    def __init__(self, port: int, path: str, headers: Mapping[str, str]) -> None:
        self.port, self.path, self.headers = port, path, headers
        self.number = 0  # the last one heard
        self.heard_at = 0.0
        self._waiting: list[asyncio.Future[None]] = []
        self._task: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        headers = {"Host": f"127.0.0.1:{self.port}", "Accept": "text/event-stream", **self.headers}
        if self.number:
            headers["Last-Event-ID"] = str(self.number)
        lines = [f"GET {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        self._writer.write("\r\n".join(lines).encode())
        head = await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), 60)
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(f"{self.path}: {head[:200]!r}")
        self._hear(await asyncio.wait_for(self._reader.read(4096), 60))  # the greeting, and perhaps what was missed
        self._task = asyncio.create_task(self._listen())

    async def reconnect(self) -> None:
        await self.close()
        await self.connect()

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
        self._writer.transport.abort()

    def next_event(self) -> "asyncio.Future[None]":
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        return future

    async def until(self, number: int, patience: float) -> None:
        deadline = time.monotonic() + patience
        while self.number < number and time.monotonic() < deadline:
            await asyncio.sleep(0.05)

    async def _listen(self) -> None:
        while piece := await self._reader.read(4096):
            self._hear(piece)

    def _hear(self, piece: bytes) -> None:
        if numbers := NUMBER.findall(piece):
            self.number = max(self.number, *map(int, numbers))
        if b"data:" in piece:
            self.heard_at = time.perf_counter()
            for future in self._waiting:
                if not future.done():
                    future.set_result(None)
            self._waiting.clear()


async def open_readers(
    count: int, port: int, path: Callable[[int], str], headers: Callable[[int], Mapping[str, str]]
) -> list[Reader]:
    readers = [Reader(port, path(n), headers(n)) for n in range(count)]
    for start in range(0, count, 20):
        await asyncio.gather(*(reader.connect() for reader in readers[start : start + 20]))
    return readers
