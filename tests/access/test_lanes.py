"""What is being sent gives way to pages, but is never kept waiting for good."""

import asyncio
from collections.abc import AsyncIterator

from app.access import lanes
from app.access.lanes import Lanes
from tests.loops import run_apart


async def pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"piece"


async def taken_in(some: Lanes, taken: list[bytes]) -> None:
    async for piece in some.giving_way(pieces(3)):
        taken.append(piece)


def test_the_next_piece_waits_while_somebody_is_answered_and_comes_when_they_are(monkeypatch):
    monkeypatch.setattr(lanes, "LONGEST_PAUSE", 60.0)

    async def story() -> tuple[int, int, int]:
        some, taken = Lanes(2), list[bytes]()
        async with some:
            sending = asyncio.create_task(taken_in(some, taken))
            await asyncio.sleep(0.05)
            while_one = len(taken)
            with some.beside():
                await asyncio.sleep(0.05)
            while_two = len(taken)
        await sending
        return while_one, while_two, len(taken)

    assert run_apart(story()) == (1, 1, 3)


def test_an_upload_goes_on_however_busy_the_house_is():
    async def story() -> int:
        some, taken = Lanes(2), list[bytes]()
        with some.beside():
            await taken_in(some, taken)
        return len(taken)

    assert run_apart(story()) == 3


def test_whoever_finds_all_lanes_taken_waits_for_one():
    async def story() -> list[str]:
        some, order = Lanes(1), []

        async def one(name: str) -> None:
            async with some:
                order.append(f"{name} in")
                await asyncio.sleep(0)
                order.append(f"{name} out")

        await asyncio.gather(one("a"), one("b"))
        return order

    assert run_apart(story()) == ["a in", "a out", "b in", "b out"]
