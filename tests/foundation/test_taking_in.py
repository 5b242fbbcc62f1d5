"""What comes while the disk is slow, full or silent is written in order, without a gap, and no more of it waits than may."""

import asyncio
import errno
import fcntl
import os
import threading
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from app.foundation import taking_in, uploads
from app.foundation.storage import StorageFull
from tests.foundation.bringing import ID, SIZE, WORDS, append, cancelled, long_words, pieces, then_silent
from tests.loops import run_apart


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    uploads.create(tmp_path / "uploads", ID)
    return tmp_path / "uploads"


def test_after_a_write_that_failed_nothing_follows_that_would_leave_a_gap(folder: Path, monkeypatch) -> None:
    """What comes meanwhile waits in memory while the disk is busy, and must not be written past what is missing."""
    written, write = [], os.pwritev

    def full_once(file: int, words: list[bytes], at: int) -> int:
        written.append(at)
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, words, at)

    monkeypatch.setattr(os, "pwritev", full_once)
    with pytest.raises(StorageFull):
        append(folder, 0, pieces(WORDS, pause=0.005))
    monkeypatch.undo()
    stored = uploads.stored_bytes(folder, ID)
    assert 0 < stored < len(WORDS) and uploads.finish(folder, ID).read_bytes() == WORDS[:stored]
    assert append(folder, stored, pieces(WORDS[stored:])) == len(WORDS)
    assert uploads.finish(folder, ID).read_bytes() == WORDS


def test_what_came_while_the_disk_was_busy_is_written_though_the_sender_falls_silent(folder: Path, monkeypatch) -> None:
    write = os.pwritev

    def slowly(file: int, some: list[bytes], at: int) -> int:
        time.sleep(0.2)  # the rest has come by then
        return write(file, some, at)

    async def until_all_but_little_is_written() -> None:
        request = asyncio.create_task(uploads.append(folder, ID, 0, then_silent(WORDS), len(WORDS)))
        async with asyncio.timeout(20):
            while uploads.stored_bytes(folder, ID) <= len(WORDS) - taking_in.PIECE:
                await asyncio.sleep(0.02)
        await cancelled(request)

    monkeypatch.setattr(os, "pwritev", slowly)
    run_apart(until_all_but_little_is_written())
    assert uploads.finish(folder, ID).read_bytes() == WORDS


@pytest.mark.parametrize("size", [1, 700, 16_384, 300_000])
def test_pieces_of_any_size_are_the_same_file_also_when_the_disk_takes_a_little_at_a_time(
    folder: Path, monkeypatch, size: int
) -> None:
    words, write = WORDS[: 40_000 * size] if size < 100 else WORDS, os.pwritev

    def a_little(file: int, some: list[bytes], at: int) -> int:
        return write(file, [b"".join(some)[:70_001]], at)

    monkeypatch.setattr(os, "pwritev", a_little)
    assert append(folder, 0, pieces(words, size), limit=len(words)) == len(words)
    assert uploads.finish(folder, ID).read_bytes() == words


def test_no_more_waits_in_memory_than_it_may_while_the_disk_stands_still(folder: Path, monkeypatch) -> None:
    asked, goes_on, write = 0, threading.Event(), os.pwritev

    def when_it_goes_on(file: int, some: list[bytes], at: int) -> int:
        assert goes_on.wait(30)
        return write(file, some, at)

    async def counted() -> AsyncIterator[bytes]:
        nonlocal asked
        async for piece in pieces(long_words()):
            asked += len(piece)
            yield piece

    async def as_far_as_it_comes() -> int:
        request = asyncio.create_task(uploads.append(folder, ID, 0, counted(), SIZE))
        before = -1
        while asked != before:
            before = asked
            await asyncio.sleep(0.3)
        goes_on.set()
        assert await request == SIZE
        return before

    monkeypatch.setattr(os, "pwritev", when_it_goes_on)
    reached = run_apart(as_far_as_it_comes())
    assert taking_in.MOST_WAITING < reached <= taking_in.PIECE + taking_in.MOST_WAITING + 2 * 65_536
    assert uploads.finish(folder, ID).read_bytes() == long_words()


def test_what_is_acknowledged_is_on_the_disk_and_little_is_ever_only_in_its_cache(folder: Path, monkeypatch) -> None:
    """Killing a process leaves the system's cache as it was; a power cut does not."""
    at_syncs, sync = [], os.fdatasync

    def noted(file: int) -> None:
        at_syncs.append(os.fstat(file).st_size)
        sync(file)

    monkeypatch.setattr(os, "fdatasync", noted)
    most = taking_in.SYNC_EVERY + taking_in.PIECE + taking_in.MOST_WAITING
    assert append(folder, 0, pieces(long_words()), limit=SIZE) == SIZE
    assert at_syncs[-1] == SIZE
    assert all(after - before <= most for before, after in pairwise([0, *at_syncs]))


def test_cancelled_twice_while_the_disk_is_slow_it_still_waits_for_its_thread(folder: Path, monkeypatch) -> None:
    """Two that write at once, or one that writes to what is closed, would damage the file."""
    under_way, most_at_once, write = 0, 0, os.pwritev

    def slowly(file: int, some: list[bytes], at: int) -> int:
        nonlocal under_way, most_at_once
        under_way += 1
        most_at_once = max(most_at_once, under_way)
        time.sleep(0.3)
        under_way -= 1
        return write(file, some, at)

    async def cancel_twice() -> None:
        request = asyncio.create_task(uploads.append(folder, ID, 0, then_silent(WORDS[:1_500_000]), len(WORDS)))
        while not under_way:
            await asyncio.sleep(0.01)
        request.cancel()
        await asyncio.sleep(0.05)
        await cancelled(request)

    monkeypatch.setattr(os, "pwritev", slowly)
    run_apart(cancel_twice())
    stored = uploads.stored_bytes(folder, ID)
    assert most_at_once == 1 and uploads.finish(folder, ID).read_bytes() == WORDS[:stored]


def test_cancelled_while_the_file_is_opened_it_lets_it_go(folder: Path, monkeypatch) -> None:
    opened, lock = threading.Event(), fcntl.flock

    def slowly(file: int, how: int) -> None:
        opened.set()
        time.sleep(0.2)
        lock(file, how)

    async def cancel() -> None:
        request = asyncio.create_task(uploads.append(folder, ID, 0, pieces(WORDS), len(WORDS)))
        while not opened.is_set():
            await asyncio.sleep(0.01)
        await cancelled(request)

    monkeypatch.setattr(fcntl, "flock", slowly)
    run_apart(cancel())
    monkeypatch.undo()
    assert append(folder, 0, pieces(WORDS)) == len(WORDS)
