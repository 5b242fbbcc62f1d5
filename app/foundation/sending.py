"""What somebody sends piece by piece, wherever it is stored: how it can end, and what can be wrong with it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from contextvars import copy_context
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect

Result = TypeVar("Result")
SILENT_FOR = 20.0  # seconds; a sender that lives goes on where it broke off
log = logging.getLogger(__name__)


class UploadBusy(Exception):
    """Another request is adding to this upload."""


class WrongOffset(Exception):
    """The sender believes that another number of bytes is stored."""

    def __init__(self, actual: int) -> None:
        super().__init__(f"{actual} bytes of this upload are stored.")
        self.actual = actual


class UploadMissing(Exception):
    """There are no bytes under this id: never created, finished with, or removed."""


class TooManyBytes(Exception):
    """The sender went on past the length it had announced; all up to there is stored."""


async def until_it_breaks(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """What the sender sends until it ends, is gone, or says nothing for long: however a stream breaks, its pieces so far
    count. A line that died, as every laptop's does that is closed, ends nothing by itself, and meanwhile nobody else may
    go on with that upload."""
    try:
        while True:
            async with asyncio.timeout(SILENT_FOR):
                piece = await anext(stream)
            yield piece
    except StopAsyncIteration:
        return
    except (ClientDisconnect, OSError) as error:  # and TimeoutError, which is one of these
        log.info("An upload broke off: %r", error)


async def in_thread(function: Callable[..., Result], *args: Any) -> Result:
    """Like asyncio.to_thread, but a cancelled request waits for its thread: two must never hold the same file."""
    return await ended(begun_in_thread(function, *args))


def begun_in_thread(function: Callable[..., Result], *args: Any) -> "asyncio.Future[Result]":
    """Goes on beside the request until that asks for its end, which it must.

    No task of the loop, as asyncio.to_thread would be: a server that stops cancels all of those, and a cancelled one says that it
    is done while its thread still writes.
    """
    return asyncio.get_running_loop().run_in_executor(None, copy_context().run, function, *args)


async def ended(work: "asyncio.Future[Result]") -> Result:
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        while not work.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([work])
        raise
