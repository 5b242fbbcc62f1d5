"""What goes wrong says nothing: not to whoever asked, and not to whoever reads the log."""

import logging

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from app.access.session import as_system
from app.discussion import pages as discussion
from app.discussion.models import Topic
from app.foundation.clock import now
from app.outbox.models import Letter
from app.outbox.sending import send_due
from app.people.models import LinkPurpose
from app.sign_in.links import link_address, send_link
from app.sign_in.sessions import cookie_name
from tests.attacks.addresses import HERE


@pytest.fixture
def world(same_world):
    return same_world


AT = f"/escalations/{HERE}"
TELLING = [
    "Traceback",
    "sqlalchemy",
    "sqlite",
    "psycopg",
    "/app/",
    ".py",
    "SELECT ",
    "starlette",
    "fastapi",
    "pydantic",
    "uvicorn",
]
TELLING += ["python", "type_error", "input_value", "IntegrityError", "0.165"]


def provocations(world):
    own = world.sets["own"]
    yield "GET", "/nowhere<x>", {}
    yield "GET", f"{AT}/concerns/{'x' * 3000}", {}
    yield "GET", f"{AT}/discussion?before={'x' * 300}", {}
    yield "GET", f"{AT}/meetings/{own['meeting_id']}/notes/{own['note_id']}/history?version=abc", {}
    yield "GET", f"{AT}/meetings/{own['meeting_id']}/notes/{own['note_id']}/history?version=99999999999999999999", {}
    yield "GET", f"{AT}/mentionable?audience=secret", {}
    yield "GET", f"{AT}/concerns?before=%00%ff", {}
    yield "GET", f"{AT}/actions?after=..%2f&show=x", {}
    yield "DELETE", AT, {}
    yield "PUT", "/sign-in", {}
    yield (
        "POST",
        f"{AT}/concerns",
        {"content": b"\xff\xfe", "headers": {"content-type": "application/x-www-form-urlencoded"}},
    )
    yield "POST", f"{AT}/concerns", {"json": {"words": 1}}
    yield "POST", f"{AT}/concerns", {"data": {"words": "x" * 400}}
    yield "POST", f"{AT}/actions", {"data": {"title": "Due", "due_on": "not-a-day", "audience": "secret"}}
    yield "POST", f"{AT}/meetings/{own['meeting_id']}/notes/{own['note_id']}", {"data": {"text": "x", "version": "-5"}}
    yield "POST", f"{AT}/concerns", {"content": b"x" * 1_000_001}
    yield "POST", f"{AT}/concerns", {"headers": {"content-encoding": "gzip"}, "content": b"x"}
    yield "POST", f"{AT}/mute", {"headers": {"sec-fetch-site": "cross-site"}}
    yield "GET", "/profile", {"headers": {"host": "evil.example"}}


def test_errors_are_fixed_sentences_with_a_number_to_quote(world):
    """D81: bad ids, types, bodies, methods and hosts; nothing is echoed but words that were typed into a form."""
    gus, seen = world.browser("g1"), set()
    for method, path, body in provocations(world):
        for accept in ("text/html", "application/json"):
            headers = {**body.get("headers", {}), "accept": accept}
            answer = gus.request(method, path, **{**body, "headers": headers})
            seen.add(answer.status_code)
            assert 400 <= answer.status_code < 500 or (answer.status_code == 200 and method == "GET"), (method, path)
            assert answer.headers["x-request-id"]
            told = [word for word in TELLING if word in answer.text]
            assert told == [], (method, path)
    assert {400, 403, 404, 413, 415, 422} <= seen


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (RuntimeError("CNRY-secret-0c0c0c0c in /app/x.py"), 500),
        (OperationalError("select CNRY-secret-0c0c0c0c", {}, Exception("database is locked")), 503),
        (OperationalError("select CNRY-secret-0c0c0c0c", {}, Exception("CNRY-secret-0c0c0c0c")), 500),
        (OperationalError("insert", {}, Exception("database or disk is full")), 507),
    ],
)
def test_a_failure_inside_shows_a_number_and_what_was_typed(world, monkeypatch, failure, status):
    """D78, D81: whatever broke, in a page and as data."""

    def broken(*_, **__):
        raise failure

    monkeypatch.setattr(discussion, "start_topic", broken)
    for accept in ("text/html", "application/json"):
        answer = world.browser("g1").post(
            f"{AT}/discussion", data={"title": "Mine", "text": "Typed by me"}, headers={"accept": accept}
        )
        assert answer.status_code == status and "0c0c0c0c" not in answer.text
        assert [word for word in TELLING if word in answer.text] == []
        assert answer.headers["x-request-id"] in answer.text and answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert accept != "text/html" or "Typed by me" in answer.text
        assert status != 503 or answer.headers["retry-after"]


def test_logs_hold_no_secret_and_no_words(world, monkeypatch, caplog, capfd):
    """D78: failures, refused letters and wrong passwords, at the most talkative level."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx2")  # the browser of this test is no part of the product
    smtp = "smtp://mailer:smtp-password-0d0d@127.0.0.1:1"
    with as_system(world.engine) as session:
        letter = send_link(session, world.settings.secret, world.people["g1"], LinkPurpose.sign_in)
        session.commit()
        path = link_address("", world.settings.secret, letter.id)
    token = path.removeprefix("/link/")
    gus = world.browser("g1")
    cookie = gus.cookies.get(cookie_name(world.settings))
    world.nobody().get(path)
    world.nobody().post(path, data={"mailbox": "wrong@acme.example"})
    world.nobody().post("/sign-in", data={"email": "s1@tidewater.example", "password": "secret-guess-0e0e"})
    private = {"title": "Private title 0f0f", "text": "Private words 0f0f"}
    monkeypatch.setattr(discussion, "start_topic", _stores_what_cannot_be)
    assert gus.post(f"{AT}/discussion", data=private).status_code == 500
    monkeypatch.setattr(discussion, "start_topic", lambda *_, **__: 1 / 0)
    assert gus.post(f"{AT}/discussion", data=private).status_code == 500
    with as_system(world.engine) as session:
        send_due(session, world.settings.model_copy(update={"smtp_url": smtp}), now())
    with as_system(world.engine) as session:
        reasons = " ".join(session.exec(select(Letter.reason)))
    out = capfd.readouterr()
    logged = "\n".join([caplog.text, out.out, out.err, reasons])
    assert "failed" in caplog.text
    secrets = [
        token,
        cookie,
        "smtp-password-0d0d",
        "secret-guess-0e0e",
        "0f0f",
        "g1@acme.example",
        world.settings.secret_key,
    ]
    assert [secret for secret in secrets if secret in logged] == []


def _stores_what_cannot_be(session, escalation, title, *_):
    session.add(Topic(escalation_id="nowhere", title=title, started_by_id=session.viewer.person_id))
    session.flush()


def test_health_says_only_that_it_is_well(world):
    """D78: no version, path, count or setting, and no page of metrics."""
    for path in ("/healthz", "/readyz"):
        answer = world.nobody().get(path)
        assert len(answer.content) < 200 and [word for word in TELLING if word in answer.text] == []
    for path in ("/metrics", "/debug", "/config", "/status", "/.env", "/server-status"):
        assert world.browser("g1").get(path).status_code == 404
    assert "server" not in world.nobody().get("/sign-in").headers
