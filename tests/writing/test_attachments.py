"""Files: what they are called, what they are taken for, and where their bytes go."""

import io
from datetime import timedelta

import pytest

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.foundation.storage import open_storage
from app.writing import attachments
from app.writing.attachments import attach, headers_for, keep_file, kind_of, safe_name, sweep_files
from app.writing.models import Attachment, DraftFile
from tests.asked import do_removals


@pytest.fixture
def storage(tmp_path):
    return open_storage("", tmp_path)


@pytest.fixture
def ben(engine, people):
    with ViewerSession(engine, people["ben"].viewer) as session:
        yield session


def keep(session, storage, tmp_path, outage, name="trace.log", content=b"what happened"):
    return keep_file(session, storage, tmp_path / "incoming", outage.id, name, io.BytesIO(content))


def file(name, kind="application/octet-stream"):
    return DraftFile(escalation_id="e", person_id="p", name=name, size=3, kind=kind, sha256="", storage_key="k/k")


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n0000", "image/png"),
        (b"\xff\xd8\xff\xe000000000000", "image/jpeg"),
        (b"GIF89a0000000000", "image/gif"),
        (b"RIFF0000WEBPVP8 ", "image/webp"),
        (b"RIFF0000WAVEfmt ", "application/octet-stream"),
        (b"<svg xmlns='http", "application/octet-stream"),
        (b"<html><script>al", "application/octet-stream"),
        (b"<?xml version='1", "application/octet-stream"),
        (b"%PDF-1.7", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_bytes_say(head, kind):
    assert kind_of(head) == kind


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("D:\\logs\\trace.log", "trace.log"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("...", "file"),
        ("", "file"),
        ("\x00", "file"),
        ("Übersicht.pdf", "Übersicht.pdf"),
    ],
)
def test_a_name_keeps_its_last_part_without_tricks(sent, kept):
    assert safe_name(sent) == kept


def test_a_very_long_name_keeps_its_ending():
    name = safe_name("x" * 1000 + ".log")
    assert len(name) <= 155 and name.endswith(".log")


@pytest.mark.parametrize("name", ['a"b;c.txt', "a\\b.txt", "naïve — 図.txt", "a; filename=evil.html", "%0d%0aX: y.txt"])
def test_the_header_is_one_line_whatever_the_name(name):
    value = headers_for(file(safe_name(name)))["content-disposition"]
    assert value.isascii() and value.isprintable() and value.startswith('attachment; filename="')
    assert value.count('"') == 2 and value.count("filename*=UTF-8''") == 1


def test_only_pictures_are_shown_and_nothing_runs():
    assert headers_for(file("x.png", "image/png"))["content-disposition"].startswith("inline;")
    headers = headers_for(file("x.svg"))
    assert headers["content-disposition"].startswith("attachment;")
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["x-content-type-options"] == "nosniff" and "no-store" in headers["cache-control"]


def test_a_file_is_its_senders_alone_until_it_is_attached(ben, storage, tmp_path, outage, looking_as):
    kept = keep(ben, storage, tmp_path, outage)
    ben.commit()
    assert looking_as("ben").get(DraftFile, kept.id) and looking_as("ada").get(DraftFile, kept.id) is None
    attach(ben, [kept], outage, Audience.shared)
    ben.commit()
    found = looking_as("gus").get(Attachment, kept.id)
    assert found and found.name == "trace.log" and found.size == 13
    assert looking_as("eve").get(Attachment, kept.id) is None and looking_as("ben").get(DraftFile, kept.id) is None
    assert b"".join(storage.open_range(found.storage_key)) == b"what happened"


def test_bytes_of_a_change_that_failed_are_gone(ben, storage, tmp_path, outage):
    with ben.begin_nested():
        kept = keep(ben, storage, tmp_path, outage)
    assert storage.exists(kept.storage_key)
    ben.close()
    assert not storage.exists(kept.storage_key)


def test_bytes_of_a_change_that_was_stored_stay(ben, storage, tmp_path, outage):
    kept = keep(ben, storage, tmp_path, outage)
    ben.commit()
    ben.close()
    assert storage.exists(kept.storage_key)


def test_a_file_that_is_too_large_is_refused_by_name(ben, storage, tmp_path, outage, monkeypatch):
    monkeypatch.setattr(attachments, "LARGEST", 10)
    with pytest.raises(Refused, match="trace.log is larger than 50 MB"):
        keep(ben, storage, tmp_path, outage)


def test_the_sweep_removes_bytes_of_what_was_deleted_or_never_posted(
    ben, session, storage, tmp_path, outage, engine, settings
):
    deleted, forgotten, recent = (keep(ben, storage, tmp_path, outage, name) for name in ("a", "b", "c"))
    attach(ben, [deleted], outage, Audience.internal)
    ben.flush()
    ben.get_one(Attachment, deleted.id).removed_at = now()
    forgotten.added_at = now() - timedelta(days=8)
    ben.commit()
    settings = settings.model_copy(update={"data_dir": tmp_path})
    assert sweep_files(session, now()) == 2
    session.rollback()
    assert do_removals(engine, settings) == 0 and storage.exists(deleted.storage_key), "only what is committed"
    assert sweep_files(session, now()) == 2
    session.commit()
    assert do_removals(engine, settings) == 1
    assert [storage.exists(one.storage_key) for one in (deleted, forgotten, recent)] == [False, False, True]
    assert session.get(Attachment, deleted.id) is None and session.get(DraftFile, recent.id)
