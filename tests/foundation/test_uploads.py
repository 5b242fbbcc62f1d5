"""An upload goes on where it broke off: nothing doubled, nothing lost, whoever dies in between."""

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.foundation import sending, uploads
from tests.foundation.bringing import ID, SIZE, WORDS, append, cancelled, long_words, pieces, then_silent
from tests.foundation.crew import wait_until
from tests.loops import run_apart


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    uploads.create(tmp_path / "uploads", ID)
    return tmp_path / "uploads"


def test_an_upload_in_two_parts_is_the_whole_file(folder: Path) -> None:
    assert uploads.stored_bytes(folder, ID) == 0
    assert append(folder, 0, pieces(WORDS[:2_000_001])) == 2_000_001
    assert append(folder, 2_000_001, pieces(WORDS[2_000_001:])) == len(WORDS)
    path = uploads.finish(folder, ID)
    assert uploads.sha256_of(path) == hashlib.sha256(WORDS).hexdigest()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_wrong_offset_is_refused_and_changes_nothing(folder: Path) -> None:
    append(folder, 0, pieces(WORDS[:1000]))
    for offset in (0, 999, 1001, 5_000_000):
        with pytest.raises(uploads.WrongOffset) as refusal:
            append(folder, offset, pieces(WORDS))
        assert refusal.value.actual == 1000
    assert uploads.finish(folder, ID).read_bytes() == WORDS[:1000]


def test_nothing_is_stored_beyond_the_announced_length(folder: Path) -> None:
    with pytest.raises(uploads.TooManyBytes):
        append(folder, 0, pieces(WORDS), limit=2_000_000)
    assert uploads.finish(folder, ID).read_bytes() == WORDS[:2_000_000]
    assert append(folder, 2_000_000, pieces(b""), limit=2_000_000) == 2_000_000


def test_what_came_before_the_sender_was_gone_stays(folder: Path) -> None:
    async def breaking_off() -> AsyncIterator[bytes]:
        async for piece in pieces(WORDS[:1_500_000]):
            yield piece
        raise ConnectionResetError("the sender is gone")

    assert append(folder, 0, breaking_off()) == 1_500_000
    assert append(folder, 1_500_000, pieces(WORDS[1_500_000:])) == len(WORDS)
    assert uploads.sha256_of(uploads.finish(folder, ID)) == hashlib.sha256(WORDS).hexdigest()


def test_a_sender_who_says_nothing_for_long_is_believed_gone_and_another_goes_on(folder: Path, monkeypatch) -> None:
    """A line that dies says nothing about it, and as long as it is waited for nobody else may add to the upload."""
    monkeypatch.setattr(sending, "SILENT_FOR", 0.2)
    assert append(folder, 0, then_silent(WORDS[:1_500_000])) == 1_500_000
    assert append(folder, 1_500_000, pieces(WORDS[1_500_000:])) == len(WORDS)
    assert uploads.finish(folder, ID).read_bytes() == WORDS


def test_a_mistake_of_ours_is_none_of_the_sender_and_keeps_what_came(folder: Path) -> None:
    async def mistaken() -> AsyncIterator[bytes]:
        yield WORDS[:1_500_000]
        raise KeyError("a mistake")

    with pytest.raises(KeyError):
        append(folder, 0, mistaken())
    assert uploads.stored_bytes(folder, ID) == 1_500_000


def test_a_cancelled_request_keeps_what_came_and_lets_the_upload_go(folder: Path) -> None:
    async def cancel_in_the_middle() -> None:
        came = asyncio.Event()

        async def silent_at_last() -> AsyncIterator[bytes]:
            async for piece in pieces(WORDS[:1_500_000]):
                yield piece
            came.set()
            await asyncio.Event().wait()

        request = asyncio.create_task(uploads.append(folder, ID, 0, silent_at_last(), len(WORDS)))
        await came.wait()
        await cancelled(request)

    run_apart(cancel_in_the_middle())
    assert uploads.stored_bytes(folder, ID) == 1_500_000
    assert append(folder, 1_500_000, pieces(WORDS[1_500_000:])) == len(WORDS)


def test_of_two_requests_at_once_one_is_told_that_the_upload_is_busy(folder: Path) -> None:
    async def both() -> None:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            begun.set()
            await go_on.wait()
            yield WORDS

        first = asyncio.create_task(uploads.append(folder, ID, 0, slow(), len(WORDS)))
        await begun.wait()
        with pytest.raises(uploads.UploadBusy):
            await uploads.append(folder, ID, 0, pieces(WORDS[::-1]), len(WORDS))
        with pytest.raises(uploads.UploadBusy):
            uploads.finish(folder, ID)
        go_on.set()
        assert await first == len(WORDS)

    run_apart(both())
    assert uploads.finish(folder, ID).read_bytes() == WORDS


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_an_upload_goes_on_after_the_kill_of_its_server_and_is_the_same_file(folder: Path, share: float) -> None:
    writer = subprocess.Popen([sys.executable, "-m", "tests.foundation.test_uploads", str(folder)])
    wait_until(lambda: uploads.stored_bytes(folder, ID) >= SIZE * share)
    writer.kill()
    writer.wait()
    stored = uploads.stored_bytes(folder, ID)
    assert stored < SIZE
    words = long_words()
    assert append(folder, stored, pieces(words[stored:]), limit=SIZE) == SIZE
    assert uploads.sha256_of(uploads.finish(folder, ID)) == hashlib.sha256(words).hexdigest()


@pytest.mark.parametrize(
    "upload_id", ["", "../../etc", "a/b", "ABCDEFGHIJ", "short", "a" * 65, "0f3k9z8x\n", "..%2f..%2fx"]
)
def test_an_id_that_the_server_did_not_make_finds_nothing(folder: Path, upload_id: str) -> None:
    with pytest.raises(uploads.UploadMissing):
        uploads.create(folder, upload_id)
    with pytest.raises(uploads.UploadMissing):
        uploads.stored_bytes(folder, upload_id)
    with pytest.raises(uploads.UploadMissing):
        uploads.remove(folder, upload_id)
    assert [file.name for file in folder.iterdir()] == [f"{ID}.part"]


def test_a_removed_upload_is_gone_for_good(folder: Path) -> None:
    uploads.remove(folder, ID)
    uploads.remove(folder, ID)
    assert not list(folder.iterdir())
    with pytest.raises(uploads.UploadMissing):
        append(folder, 0, pieces(WORDS))
    with pytest.raises(uploads.UploadMissing):
        uploads.finish(folder, ID)


def test_an_upload_is_created_once(folder: Path) -> None:
    append(folder, 0, pieces(WORDS))
    with pytest.raises(FileExistsError):
        uploads.create(folder, ID)
    assert uploads.stored_bytes(folder, ID) == len(WORDS)


async def send_slowly(words: bytes) -> AsyncIterator[bytes]:
    """Slow enough to be killed in the middle, in pieces of odd sizes."""
    for start in range(0, len(words), 300_007):
        await asyncio.sleep(0.01)
        yield words[start : start + 300_007]
    os.write(2, b"the writer was not killed in time\n")
    await asyncio.Event().wait()


if __name__ == "__main__":
    run_apart(uploads.append(Path(sys.argv[1]), ID, 0, send_slowly(long_words()[: SIZE - 1]), SIZE))
