"""Bytes from the storage to a browser, in threads of their own: a slow storage then holds up no page."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.foundation.blobs import Pieces
from app.foundation.refusals import NotFound

THREADS = CapacityLimiter(8)
Result = TypeVar("Result")


async def in_storage(function: Callable[..., Result], *args: Any) -> Result:
    return await to_thread.run_sync(function, *args, limiter=THREADS)


class FromStorage(StreamingResponse):
    """Opened when the request's own work is done, read as fast as the browser takes it, closed when the browser goes."""

    def __init__(self, open_: Callable[[], Pieces], status: int, headers: Mapping[str, str], media_type: str) -> None:
        self._open = open_
        self._pieces: Pieces | None = None
        super().__init__(self._read(), status, headers, media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._pieces = await in_storage(self._open)
        except FileNotFoundError:
            raise NotFound from None
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._pieces.close()

    async def _read(self) -> AsyncIterator[bytes]:
        assert self._pieces
        while piece := await in_storage(next, self._pieces, b""):
            yield piece
