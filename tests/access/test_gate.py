"""What is turned away before any page sees it, and the headers every answer carries."""

import pytest
from starlette.testclient import TestClient

from tests.conftest import SITE

FORM = {"email": "gus@acme.example", "password": "wrong"}


@pytest.mark.parametrize(
    "host", ["evil.example", "evenkeel.test.evil.example", "evenkeel.test@evil.example", "evenkeel.test:443@evil", ""]
)
def test_another_name_for_this_server_is_refused(as_, host):
    assert as_("").get("/sign-in", headers={"host": host}).status_code == 400


def test_forwarded_hosts_change_nothing(as_):
    page = as_("").get("/sign-in", headers={"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"})
    assert page.status_code == 200 and "evil" not in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "", "origin": "https://evil.example"},
        {"sec-fetch-site": "", "origin": "null"},
        {"sec-fetch-site": ""},
        {"sec-fetch-site": "", "origin": "http://evenkeel.test"},
        {"sec-fetch-site": "", "origin": "https://evenkeel.test.evil.example"},
    ],
)
def test_an_act_that_comes_from_another_page_is_refused(as_, headers):
    assert as_("ben").post("/sign-out", headers=headers).status_code == 403
    assert as_("ben").get("/escalations").status_code == 200


def test_an_act_from_our_own_page_is_taken_also_from_browsers_that_only_send_an_origin(site):
    with TestClient(site, base_url=SITE, follow_redirects=False) as browser:
        assert browser.post("/sign-in", data=FORM, headers={"origin": SITE}).status_code == 422


def test_other_sites_can_link_here_and_read_nothing(as_):
    foreign = {"sec-fetch-site": "cross-site"}
    assert as_("ben").get("/escalations", headers=foreign | {"sec-fetch-mode": "navigate"}).status_code == 200
    for mode in ("no-cors", "cors"):
        assert as_("ben").get("/escalations", headers=foreign | {"sec-fetch-mode": mode}).status_code == 403


def test_a_body_that_is_too_large_compressed_or_endless_is_refused(as_):
    assert as_("").post("/sign-in", content=b"x" * 1_000_001).status_code == 413
    assert as_("").post("/sign-in", data=FORM, headers={"content-encoding": "gzip"}).status_code == 415

    def endless():
        for _ in range(40):
            yield b"email=" + b"x" * 50_000

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert as_("").post("/sign-in", content=endless(), headers=form).status_code == 413


def test_a_strangers_body_is_not_read(as_):
    """The door answers from the headers: a page behind it never parses what a stranger sends."""
    read = []

    def body():
        for number in range(100):
            read.append(number)
            yield b"title=" + b"x" * 1000

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert as_("").post("/escalations", content=body(), headers=form).status_code == 401


def test_every_answer_keeps_the_browser_honest(as_):
    for path in ("/sign-in", "/nowhere", "/static/evenkeel.css", "/healthz"):
        headers = as_("").get(path).headers
        assert (
            "default-src 'none'" in headers["content-security-policy"]
            and "unsafe" not in headers["content-security-policy"]
        )
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
        assert (
            headers["cross-origin-opener-policy"] == "same-origin" and "max-age" in headers["strict-transport-security"]
        )
    assert as_("ben").get("/escalations").headers["cache-control"] == "no-store"
    assert "immutable" in as_("").get("/static/evenkeel.css").headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "/openapi.json",
        "/docs",
        "/redoc",
        "/static/../pyproject.toml",
        "/static/..%2fpyproject.toml",
        "/.git/config",
        "/evenkeel.db",
    ],
)
def test_nothing_lies_about(as_, path):
    assert as_("").get(path).status_code in (303, 404)
    assert as_("gus").get(path).status_code == 404


def test_an_error_echoes_nothing_and_keeps_what_was_typed(as_):
    answer = as_("ben").post(
        "/escalations/ACME-ZZZ/concerns", data={"words": "a long worry <b>", "password": "secret words"}
    )
    assert answer.status_code == 404 and "secret words" not in answer.text
    assert "Traceback" not in answer.text and "sqlalchemy" not in answer.text
