"""Static files as browsers are given them."""

import gzip
import re

from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.foundation.packed_files import PackedFiles
from app.foundation.rendering import STATIC


def test_a_browser_gets_a_style_packed_and_as_it_is_now(tmp_path):
    (tmp_path / "a.css").write_text("a { color: red }" * 100)
    site = Starlette()
    site.mount("/", PackedFiles(directory=tmp_path))
    browser = TestClient(site)
    first = browser.get("/a.css", headers={"accept-encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip" and first.headers["vary"] == "Accept-Encoding"
    assert first.text == "a { color: red }" * 100 and int(first.headers["content-length"]) < 200
    (tmp_path / "a.css").write_text("b { color: blue }")
    assert browser.get("/a.css", headers={"accept-encoding": "gzip"}).text == "b { color: blue }"


def test_who_does_not_unpack_or_wants_a_part_gets_it_plain(tmp_path):
    (tmp_path / "a.js").write_bytes(b"let a = 1\n" * 100)
    (tmp_path / "b.css.gz").write_bytes(gzip.compress(b"b"))
    site = Starlette()
    site.mount("/", PackedFiles(directory=tmp_path))
    browser = TestClient(site)
    assert "content-encoding" not in browser.get("/a.js", headers={"accept-encoding": "identity"}).headers
    part = browser.get("/a.js", headers={"accept-encoding": "gzip", "range": "bytes=0-2"})
    assert part.status_code == 206 and part.text == "let"
    assert "content-encoding" not in browser.get("/b.css.gz").headers


def test_comments_stay_here_and_nothing_else_of_a_script_does(tmp_path):
    said = "// why\nlet at = 'https://a.example'; // stays\n  // and why\nlet b = 1\n"
    (tmp_path / "vendor").mkdir()
    for name in ("a.js", "vendor/a.js", "a.css"):
        (tmp_path / name).write_text(said)
    site = Starlette()
    site.mount("/", PackedFiles(directory=tmp_path))
    browser = TestClient(site)
    packed = {"accept-encoding": "gzip"}
    assert browser.get("/a.js", headers=packed).text == "let at = 'https://a.example'; // stays\nlet b = 1\n"
    assert browser.get("/vendor/a.js", headers=packed).text == browser.get("/a.css", headers=packed).text == said


def test_no_script_of_ours_has_a_text_that_would_lose_a_line():
    for script in (STATIC / "js").glob("*.js"):
        for text in re.findall(r"`[^`]*`", script.read_text()):
            assert not re.search(r"^\s*//", text, re.MULTILINE), (script.name, text)
