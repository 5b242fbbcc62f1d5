"""What is stored is whole, private, and where the server said; a full disk is said in words."""

import errno
import os
import stat
from pathlib import Path

import pytest

from app.foundation.storage import LocalFolder, StorageFull, StorageUnknown, full_disk_said, has_room, open_storage

KEY = "recordings/0f3k/original.mp4"


@pytest.fixture
def storage(tmp_path: Path) -> LocalFolder:
    return LocalFolder(tmp_path / "files")


def brought(tmp_path: Path, words: bytes) -> Path:
    path = tmp_path / "brought"
    path.write_bytes(words)
    return path


def test_what_is_put_comes_back_whole_and_in_parts(storage: LocalFolder, tmp_path: Path) -> None:
    words = os.urandom(2_500_000)
    path = brought(tmp_path, words)
    storage.put_file(path, KEY)
    assert not path.exists()
    assert storage.exists(KEY)
    assert storage.size(KEY) == len(words)
    assert b"".join(storage.open_range(KEY)) == words
    assert b"".join(storage.open_range(KEY, 1_000_000, 1_200_000)) == words[1_000_000:2_200_000]
    assert b"".join(storage.open_range(KEY, 2_499_999, 100)) == words[-1:]
    assert b"".join(storage.open_range(KEY, 3_000_000)) == b""


def test_files_and_folders_are_for_this_user_alone(storage: LocalFolder, tmp_path: Path) -> None:
    path = brought(tmp_path, b"words")
    path.chmod(0o644)
    storage.put_file(path, KEY)
    stored = storage.local_path(KEY)
    assert stored is not None
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    for folder in (stored.parent, stored.parent.parent, storage.root):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_from_another_disk_is_stored_as_well(storage: LocalFolder) -> None:
    elsewhere = Path("/dev/shm")  # noqa: S108  # another disk on purpose
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == storage.root.parent.stat().st_dev:
        elsewhere = storage.root.parent
    path = elsewhere / f"evenkeel-{os.getpid()}"
    path.write_bytes(b"from afar")
    storage.put_file(path, KEY)
    assert not path.exists()
    assert b"".join(storage.open_range(KEY)) == b"from afar"
    stored = storage.local_path(KEY)
    assert stored is not None
    assert [file.name for file in stored.parent.iterdir()] == ["original.mp4"]


def test_what_is_deleted_is_gone_and_may_be_deleted_again(storage: LocalFolder, tmp_path: Path) -> None:
    storage.put_file(brought(tmp_path, b"words"), KEY)
    storage.delete(KEY)
    storage.delete(KEY)
    assert not storage.exists(KEY)
    with pytest.raises(FileNotFoundError):
        storage.open_range(KEY)


@pytest.mark.parametrize(
    "key",
    [
        "", "recordings", "/etc/passwd", "../../x", "recordings/../x", "recordings/./x", "recordings/..%2fx", "a//b",
        "C:\\x", "recordings\\x", "recordings/a\0b", "recordings/a\n", "recordings/.hidden", "recordings/a b",
        "recordings/ähm", "recordings/\u202ex", "a/" * 5 + "b", "recordings/" + "a" * 300, "recordings/a.tar.gz",
    ],
)  # fmt: skip
def test_a_key_that_the_server_did_not_make_is_refused_by_everything(
    storage: LocalFolder, tmp_path: Path, key: str
) -> None:
    path = brought(tmp_path, b"words")
    with pytest.raises(ValueError, match="is no storage key"):
        storage.put_file(path, key)
    for look in (storage.open_range, storage.size, storage.exists, storage.delete, storage.local_path):
        with pytest.raises(ValueError, match="is no storage key"):
            look(key)
    assert path.exists()
    assert not storage.root.exists()


def test_room_keeps_a_reserve(storage: LocalFolder, tmp_path: Path) -> None:
    disk = os.statvfs(tmp_path)
    assert storage.room_for(1)
    assert not storage.room_for(disk.f_frsize * disk.f_bavail)
    assert not has_room(tmp_path, disk.f_frsize * disk.f_bavail - 1)


def test_a_full_disk_is_said_in_words_and_other_troubles_stay_what_they_are() -> None:
    with (
        pytest.raises(StorageFull, match="no room left"),
        full_disk_said(),
        open("/dev/full", "wb", buffering=0) as full,
    ):
        full.write(b"words")
    with pytest.raises(OSError, match="broken") as trouble, full_disk_said():
        raise OSError(errno.EIO, "broken")
    assert trouble.value.errno == errno.EIO


def test_the_setting_chooses_the_folder_and_an_unknown_storage_is_named(tmp_path: Path) -> None:
    assert open_storage(None, tmp_path).local_path(KEY) == tmp_path / "files" / KEY
    assert open_storage(f"file://{tmp_path}/my%20files", tmp_path).local_path(KEY) == tmp_path / "my files" / KEY
    for url in ("gs://bucket", "ftp://host/x", "file://host/x", "file:///"):
        with pytest.raises(StorageUnknown, match="EVENKEEL_STORAGE_URL"):
            open_storage(url, tmp_path)
