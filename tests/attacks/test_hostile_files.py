"""Files that were made to break something: their names, their bytes, and how they are asked for."""

import io
import resource
import zipfile

import pytest
from sqlmodel import col, select

from app.recordings.models import TranscriptLine
from app.writing.models import Attachment
from tests.attacks.addresses import HERE
from tests.attacks.state import changed, state_of


@pytest.fixture
def world(same_world):
    return same_world


AT = f"/escalations/{HERE}"
NAMES = [
    "../../etc/passwd",
    "..%2f..%2fx.txt",
    "/abs/x.txt",
    "C:\\x\\y.txt",
    "a\x00b.txt",
    "n" * 300 + ".txt",
    "line\r\nX-Evil: 1.txt",
    'quo"te;filename=evil.html.txt',
    "\u202etxt.exe",
    ".",
    "..",
    "~/.ssh/authorized_keys",
    "<img src=x onerror=alert(1)>.txt",
    "名前 é.txt",
    "x" * 1000,
]


def send(world, name, content, nick="g1"):
    answer = world.browser(nick).post(
        f"{AT}/discussion/{world.sets['own']['topic_id']}/messages",
        data={"text": "A file"},
        files={"files": (name, content)},
    )
    with world.looking("adm") as session:
        newest = session.exec(select(Attachment).order_by(col(Attachment.added_at).desc(), Attachment.id)).all()
    return answer, newest


def test_a_name_is_a_label_and_never_a_place(world):
    """D59, D63: stored under the server's own id, handed out under one safe header."""
    before = {path for path in world.settings.data_dir.parent.rglob("*") if path.is_file()}
    known = {file.id for file in send(world, "first.txt", b"x")[1]}
    for name in NAMES:
        answer, files = send(world, name, b"harmless bytes")
        assert answer.status_code in (303, 422, 400), name
        for file in [file for file in files if file.id not in known]:
            known.add(file.id)
            assert len(file.name) <= 200 and not set(file.name) & set("/\\\r\n\0\u202e")
            handed = world.browser("g1b").get(f"{AT}/files/{file.id}/{'x'}")
            header = handed.headers["content-disposition"]
            assert (
                handed.content == b"harmless bytes"
                and header.startswith("attachment; ")
                and "x-evil" not in handed.headers
            )
            assert header.count("filename=") == header.count("filename*=") == 1 and header.isascii()
    written = {path for path in world.settings.data_dir.parent.rglob("*") if path.is_file()} - before
    outside = [path for path in written if (world.settings.data_dir / "files") not in path.parents]
    assert [path for path in outside if not path.name.startswith("evenkeel.db")] == []


RUNNABLE = {
    "x.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "x.html": b"<script>alert(1)</script>",
    "x.xhtml": b"<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>",
    "x.xml": b"<?xml-stylesheet href='x.xsl'?><x/>",
    "x.pdf": b"%PDF-1.4 /OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
    "x.js": b"alert(1)",
    "x.mhtml": b"MIME-Version: 1.0\nContent-Type: multipart/related",
    "forged.png": b"<html><script>alert(1)</script>",
    "polyglot.gif": b"GIF89a=1;alert(1)//",
    "x.m3u8": b"#EXTM3U\nhttp://127.0.0.1:9/x",
}


def test_what_could_run_is_saved_and_never_shown(world):
    """D61, D57: whatever a file is called or says it is, its bytes decide, and nothing in it acts here."""
    for name, content in RUNNABLE.items():
        _, files = send(world, name, content)
        [file] = [file for file in files if file.name == name]
        handed = world.browser("g1").get(f"{AT}/files/{file.id}/x.html")
        assert handed.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert handed.headers["x-content-type-options"] == "nosniff"
        if name == "polyglot.gif":
            assert handed.headers["content-type"] == "image/gif"
        else:
            assert handed.headers["content-disposition"].startswith("attachment")
            assert handed.headers["content-type"] == "application/octet-stream"


def test_a_file_is_bound_to_a_session(world):
    """D62: the address alone opens nothing; not after signing out either."""
    address = f"{AT}/files/{world.sets['own']['file_id']}"
    gus = world.browser("g1")
    assert gus.get(address).status_code == 200
    assert world.nobody().get(address).status_code == 303 and world.browser("g3").get(address).status_code == 404
    gus.post("/sign-out")
    assert gus.get(address).status_code == 303


def test_bombs_are_kept_as_they_came(world):
    """D64: a zip of two hundred megabytes of nothing and a picture of two gigapixels are bytes like others."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed, packed.open("x", "w") as zeros:
        for _ in range(100):
            zeros.write(bytes(1024 * 1024))
    picture = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xc3\x50\x00\x00\xc3\x50\x08\x02\x00\x00\x00" + bytes(300)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, content in (("bomb.zip", bomb.getvalue()), ("bomb.png", picture), ("bomb.docx", bomb.getvalue())):
        answer, files = send(world, name, content)
        assert answer.status_code == 303
        [file] = [file for file in files if file.name == name]
        assert world.browser("g1b").get(f"{AT}/files/{file.id}").content == content
        assert world.browser("g1b").get(f"{AT}/discussion/{world.sets['own']['topic_id']}").status_code == 200
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


RANGES = [
    "bytes=" + ",".join(f"{start}-{start + 1}" for start in range(5000)),
    "bytes=0-0,0-0,0-0",
    "bytes=-0",
    "bytes=99999999999999999999-",
    "bytes=5-2",
    "bytes=-",
    "bits=0-1",
    "bytes=0-" + "9" * 5000,
    "bytes=１-２",
]


@pytest.mark.parametrize("header", RANGES)
def test_odd_ranges_get_the_whole_or_a_refusal(world, header):
    """D65: one range is given, a list of them never."""
    path = f"{AT}/recordings/{world.sets['own']['recording_id']}/media"
    gus = world.browser("g1")
    whole = gus.get(path).content
    answer = gus.get(path, headers={"range": header.encode()})
    assert answer.status_code in (200, 416)
    assert answer.status_code == 416 or answer.content == whole


def test_seeking_works_all_the_same(world):
    """D65: beginning, middle, end, and only while the sound is the same."""
    path = f"{AT}/recordings/{world.sets['own']['recording_id']}/media"
    gus = world.browser("g1")
    whole = gus.get(path)
    for asked, expected in (
        ("0-3", slice(0, 4)),
        ("44-", slice(44, None)),
        ("-10", slice(-10, None)),
        ("0-999999", slice(None)),
    ):
        answer = gus.get(path, headers={"range": f"bytes={asked}"})
        assert answer.status_code in (200, 206) and answer.content == whole.content[expected]
    changed_since = gus.get(path, headers={"range": "bytes=0-3", "if-range": '"another"'})
    assert changed_since.status_code == 200 and changed_since.content == whole.content


def multipart(*parts, boundary="b"):
    return (
        b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
        + f"--{boundary}--\r\n".encode()
    )


FORM = b'Content-Disposition: form-data; name="text"\r\n\r\nwords'
HOSTILE_BODIES = {
    "no boundary": ("multipart/form-data", b"--b\r\n"),
    "long boundary": ("multipart/form-data; boundary=" + "b" * 20_000, b"x" * 1000),
    "odd boundary": ('multipart/form-data; boundary="b\r\n"', b"x"),
    "before the boundary": ("multipart/form-data; boundary=b", b"x" * 5_000_000 + multipart(FORM)),
    "many headers": ("multipart/form-data; boundary=b", multipart(b"X: y\r\n" * 50_000 + FORM)),
    "long header": ("multipart/form-data; boundary=b", multipart(b"X: " + b"y" * 2_000_000 + b"\r\n" + FORM)),
    "many parts": ("multipart/form-data; boundary=b", multipart(*[FORM] * 20_000)),
    "long text": ("multipart/form-data; boundary=b", multipart(FORM + b"w" * 5_000_000)),
    "many fields": ("application/x-www-form-urlencoded", b"a=1&" * 100_000),
    "long field": ("application/x-www-form-urlencoded", b"text=" + b"w" * 1_500_000),
    "odd charset": ("application/x-www-form-urlencoded; charset=utf-7", b"text=+ADw-script+AD4-"),
    "json": ("application/json", b'{"text": "words"}'),
    "half an end": ("multipart/form-data; boundary=b", multipart(FORM)[:-6]),
}


def test_bodies_made_to_be_hard_to_read_are_refused(world):
    """D66: none is an error, none is stored, and memory stays."""
    gus = world.browser("g1")
    path = f"{AT}/discussion/{world.sets['own']['topic_id']}/messages"
    before, memory = state_of(world.engine), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, (kind, body) in HOSTILE_BODIES.items():
        answer = gus.post(path, content=body, headers={"content-type": kind.replace("\r\n", "")})
        assert 400 <= answer.status_code < 500 or name in ("odd charset",), (name, answer.status_code)
    assert changed(before, state_of(world.engine)) <= {"message", "timeline_entry", "errand", "pulse", "topic"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 100_000  # kilobytes


@pytest.mark.parametrize("nick", ["", "xg", "g3"])
def test_nothing_a_stranger_sends_is_written_anywhere(world, nick):
    """D67: files of nobody, of a former guest and of another customer's: refused, and no file of theirs is left."""
    browser = world.browser(nick) if nick else world.nobody()
    before = {path: path.stat().st_size for path in world.settings.data_dir.rglob("*") if path.is_file()}
    path = f"{AT}/discussion/{world.sets['own']['topic_id']}/messages"
    answer = browser.post(path, data={"text": "x"}, files={"files": ("x.bin", bytes(3_000_000))})
    assert answer.status_code in (401, 404)
    after = {path for path in world.settings.data_dir.rglob("*") if path.is_file()}
    assert {path for path in after - set(before) if not path.name.startswith("evenkeel.db")} == set()


SPOKEN = [
    "<script>alert(1)</script>",
    "--><img src=x onerror=alert(1)>",
    "00:00:01.000 --> 00:09:00.000",
    "</v><b>x",
    "NOTE x\n\nSTYLE\n::cue{}",
]


def test_words_that_were_heard_are_words_in_captions_too(world):
    """D69: a transcript that holds markup, a cue's own signs or a block of a caption file."""
    with world.looking("adm") as looking:
        ids = looking.exec(
            select(TranscriptLine.id).where(TranscriptLine.recording_id == world.sets["own"]["recording_id"])
        ).all()
    at = f"{AT}/recordings/{world.sets['own']['recording_id']}"
    for text in SPOKEN:
        answer = world.browser("s1").post(f"{at}/lines/{ids[0]}", data={"text": text})
        assert answer.status_code in (303, 422)
        captions = world.browser("g1").get(f"{at}/transcript.vtt")
        assert captions.headers["content-type"].startswith("text/vtt")
        assert captions.text.count("-->") == 1 and "<script" not in captions.text and "<img" not in captions.text
        assert "\n\nSTYLE" not in captions.text and "\n\nNOTE" not in captions.text
        page = world.browser("g1").get(f"{at}/transcript").text
        assert text not in page or "<" not in text
