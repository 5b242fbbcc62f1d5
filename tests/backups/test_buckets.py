"""Files that lie in S3 go into a backup and come out of it as those of a folder do."""

from pathlib import Path

import pytest

from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.foundation.storage import open_storage
from app.operating.backups.making import make_backup
from app.operating.backups.manifest import CannotRestore
from app.operating.backups.restoring import restore_backup
from app.operating.doctor import examine
from tests.backups.conftest import Filled, Place, files_of
from tests.storage_in_s3.conftest import proxy as proxy
from tests.storage_in_s3.conftest import s3 as s3
from tests.storage_in_s3.conftest import storage_url as storage_url


@pytest.fixture
def in_bucket(place_for: Place, storage_url: str, backup: Path) -> Settings:
    """Restored from a folder's backup into a bucket."""
    settings = place_for("sqlite").model_copy(update={"storage_url": storage_url})
    restore_backup(settings, backup)
    return settings


def test_from_a_folder_into_a_bucket_and_back(
    in_bucket: Settings, filled: Filled, place_for: Place, tmp_path: Path
) -> None:
    before = files_of(filled.settings)
    store = open_storage(in_bucket.storage_url, in_bucket.data_dir)
    assert {key: b"".join(store.open_range(key)) for key in before} == before
    assert not (in_bucket.data_dir / "files").exists()
    engine = open_database(in_bucket.database)
    made = make_backup(in_bucket, engine, tmp_path / "of-a-bucket.backup")
    engine.dispose()
    back = place_for("sqlite")
    restore_backup(back, made.path)
    assert made.missing == [] and files_of(back) == before
    found = {finding.name: finding for finding in examine(in_bucket)}
    storage = found["storage"]  # it works; that SQLite waits for a slow bucket is worth a look
    assert storage.mark == "look" and "SQLite" in storage.sentence and "tests" not in storage.sentence


def test_a_bucket_that_still_holds_the_files_is_taken_as_it_is(
    in_bucket: Settings, place_for: Place, backup: Path
) -> None:
    again = place_for("sqlite").model_copy(update={"storage_url": in_bucket.storage_url})
    assert restore_backup(again, backup).manifest.files >= 3


def test_a_bucket_that_holds_something_else_under_a_name_is_refused(
    in_bucket: Settings, filled: Filled, place_for: Place, backup: Path, tmp_path: Path
) -> None:
    key = next(iter(files_of(filled.settings)))
    other = tmp_path / "other"
    other.write_bytes(b"theirs")
    store = open_storage(in_bucket.storage_url, in_bucket.data_dir)
    store.put_file(other, key)
    again = place_for("sqlite").model_copy(update={"storage_url": in_bucket.storage_url})
    with pytest.raises(CannotRestore, match="holds something else"):
        restore_backup(again, backup)
    assert b"".join(store.open_range(key)) == b"theirs" and not (again.data_dir / "evenkeel.db").exists()
