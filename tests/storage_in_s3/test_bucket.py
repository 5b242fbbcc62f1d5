"""A bucket does what a folder does, over lines that break and servers that refuse."""

import os
import subprocess
import sys

import pytest

from app.foundation.blobs import StorageAway, StorageUnknown
from app.foundation.s3.address import Address, read_address
from app.foundation.s3.examining import refused_actions
from app.foundation.storage import file_of
from app.workspace.health.findings import Mark
from app.workspace.health.storage import look_at_storage

KEY = "recordings/0f3k/original"
WORDS = os.urandom(1_500_000)


def put(bucket, tmp_path, words=WORDS, key=KEY):
    path = tmp_path / "brought"
    path.write_bytes(words)
    bucket.put_file(path, key)
    return path


def test_what_is_put_comes_back_whole_and_in_parts(bucket, tmp_path):
    assert not put(bucket, tmp_path).exists()
    assert bucket.exists(KEY) and bucket.size(KEY) == len(WORDS)
    assert b"".join(bucket.open_range(KEY)) == WORDS
    assert b"".join(bucket.open_range(KEY, 700_000, 300_000)) == WORDS[700_000:1_000_000]
    assert b"".join(bucket.open_range(KEY, len(WORDS) - 1, 100)) == WORDS[-1:]
    assert b"".join(bucket.open_range(KEY, 3_000_000)) == b""
    assert bucket.room_for(10**15) and bucket.local_path(KEY) is None


def test_a_large_file_goes_in_parts(bucket, proxy, tmp_path):
    words = os.urandom(17 * 1024 * 1024)
    put(bucket, tmp_path, words)
    assert sum(asked.is_part for asked in proxy.asked) == 3
    assert b"".join(bucket.open_range(KEY)) == words


def test_what_is_not_there_is_known_at_once(bucket, tmp_path):
    assert not bucket.exists(KEY)
    with pytest.raises(FileNotFoundError):
        bucket.open_range(KEY)
    put(bucket, tmp_path)
    bucket.delete(KEY)
    bucket.delete(KEY)
    assert not bucket.exists(KEY)
    with pytest.raises(ValueError, match="is no storage key"):
        bucket.open_range("../secrets")


def test_a_line_that_breaks_in_the_middle_is_taken_up_where_it_was(bucket, proxy, tmp_path):
    put(bucket, tmp_path)
    proxy.fault("cut", lambda asked: asked.is_read, times=3)
    assert b"".join(bucket.open_range(KEY)) == WORDS
    assert sum(asked.is_read for asked in proxy.asked) == 4


def test_an_object_that_changed_in_between_is_not_mixed_with_what_it_was(bucket, proxy, tmp_path):
    put(bucket, tmp_path)
    proxy.fault("cut", lambda asked: asked.is_read)
    pieces = bucket.open_range(KEY)
    next(pieces)
    put(bucket, tmp_path, os.urandom(1_500_000))
    with pytest.raises(StorageAway):
        b"".join(pieces)


def test_a_busy_server_is_asked_again_and_one_that_stays_busy_is_said(bucket, proxy, tmp_path):
    proxy.fault("refuse", lambda asked: True)
    put(bucket, tmp_path)
    proxy.fault("refuse", lambda asked: True, times=99)
    for act in (lambda: bucket.size(KEY), lambda: bucket.open_range(KEY), lambda: bucket.delete(KEY)):
        with pytest.raises(StorageAway, match="does not answer at the moment"):
            act()
    path = tmp_path / "another"
    path.write_bytes(b"words")
    with pytest.raises(StorageAway):
        bucket.put_file(path, "recordings/another/original")
    assert path.read_bytes() == b"words"


def test_a_server_that_says_nothing_is_given_up(impatient, bucket, proxy):
    proxy.fault("hang", lambda asked: True, times=99)
    with pytest.raises(StorageAway, match="does not answer"):
        bucket.exists(KEY)


def test_a_server_that_refuses_us_is_told_apart_from_one_that_is_away(bucket, proxy, tmp_path):
    proxy.fault("refuse", lambda asked: True, times=9, status=403, code="AccessDenied")
    with pytest.raises(StorageAway, match="refuses this server"):
        bucket.keys("uploads/")


def test_what_the_credentials_may_not_do_is_found_before_an_upload_needs_it(bucket, proxy):
    assert refused_actions(bucket) == []
    proxy.fault("refuse", lambda asked: "list-type" in asked.query, times=9, status=403, code="AccessDenied")
    proxy.fault("refuse", lambda asked: asked.method == "DELETE", times=9, status=403, code="AccessDenied")
    assert refused_actions(bucket) == ["ListBucket", "AbortMultipartUpload"]
    proxy.mend()
    proxy.fault("refuse", lambda asked: True, times=99)
    with pytest.raises(StorageAway, match="does not answer"):
        refused_actions(bucket)


def test_a_program_that_needs_a_file_has_one_for_as_long_as_it_needs_it(bucket, tmp_path):
    put(bucket, tmp_path)
    with file_of(bucket, KEY, tmp_path / "work") as path:
        assert path.read_bytes() == WORDS and path.stat().st_mode & 0o777 == 0o600
    assert not list((tmp_path / "work").iterdir())


def test_an_address_says_where_the_bucket_is():
    whole = "s3://files/our/place?endpoint=https://s3.example.com&region=eu-central-1&path_style=1"
    assert read_address(whole) == Address("files", "our/place/", "https://s3.example.com", "eu-central-1", True)
    assert read_address("s3://files") == Address("files", "", None, None, False)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("s3://", "must look like"),
        ("s3://UPPER", "must look like"),
        ("s3://AKIA:hush-hush@files", "credentials"),
        ("s3://files/a/../b", "may hold letters"),
        ("s3://files?endpoint=s3.example.com", "endpoint must look like"),
        ("s3://files?aws_secret_access_key=hush-hush", "knows endpoint"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_repeating_its_secrets(url, words):
    with pytest.raises(StorageUnknown, match=words) as mistake:
        read_address(url)
    assert "hush-hush" not in str(mistake.value)


def test_a_web_process_without_a_bucket_never_loads_what_speaks_to_one():
    look = "import sys; from app import main, mounted; mounted.routers(); sys.exit('boto3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look]).returncode == 0


def test_a_bucket_beside_sqlite_is_something_to_look_at(settings):
    on_postgresql = settings.model_copy(update={"database_url": "postgresql://evenkeel@localhost/evenkeel"})
    found = look_at_storage(settings, by_writing=True)
    assert found.mark is Mark.look and "use PostgreSQL" in found.sentence
    assert look_at_storage(on_postgresql, by_writing=True).mark is Mark.ok
