"""Bytes of an upload as a sender brings them: in pieces, slowly, or never to the end."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.foundation import uploads
from tests.loops import run_apart

ID = "0f3k9z8x7w6v"
SIZE = 24 * 1024 * 1024
WORDS = random.Random(7).randbytes(3_500_000)


async def pieces(words: bytes, size: int = 65_536, pause: float = 0.0) -> AsyncIterator[bytes]:
    for start in range(0, len(words), size):
        yield words[start : start + size]
        await asyncio.sleep(pause)  # as over a line: what is written meanwhile is noticed


async def then_silent(words: bytes) -> AsyncIterator[bytes]:
    async for piece in pieces(words):
        yield piece
    await asyncio.Event().wait()


async def cancelled(request: "asyncio.Task[int]") -> None:
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request


def append(folder: Path, offset: int, stream: AsyncIterator[bytes], limit: int = len(WORDS)) -> int:
    return run_apart(uploads.append(folder, ID, offset, stream, limit))


def long_words() -> bytes:
    return random.Random(8).randbytes(SIZE)
