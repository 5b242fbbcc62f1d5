"""What cannot be used is refused with a sentence for each field, changes nothing and says nothing back."""

import base64

import pytest
from sqlmodel import func, select

from app.access.pace import Pace
from app.access.session import as_system
from app.api import doors
from app.concerns.models import Concern

HERE = "/escalations/ACME-7K4"
JSON = {"content-type": "application/json"}
PROBLEM = "application/problem+json"
DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        (b"", 400, []),
        (b"{", 400, []),
        (b"\xff\xfe", 400, []),
        (b'{"words": "\\ud800"}', 400, []),
        (b'{"words": NaN}', 400, []),
        (DEEP.encode(), 400, []),
        (b"[]", 422, [""]),
        (b"null", 422, [""]),
        (b"{}", 422, ["words"]),
        (b'{"words": 5}', 422, ["words"]),
        (b'{"words": ""}', 422, ["words"]),
        (b'{"words": "   "}', 422, ["words"]),
        (b'{"words": "\\u0000"}', 422, ["words"]),
        (b'{"words": "x", "secret-key": 1}', 422, [""]),
        (b'{"words": "x", "audience": "shared"}', 422, [""]),
        (b'{"words": "x", "origin": "concern:nobodys"}', 422, ["origin"]),
        (b'{"words": "x", "origin": "password:1"}', 422, ["origin"]),
        (b'{"words": "' + b"x" * 301 + b'"}', 422, ["words"]),
    ],
)
def test_a_body_that_cannot_be_used(program, engine, body, status, fields):
    answer = program("ben").post(f"{HERE}/concerns", content=body, headers=JSON)
    assert answer.status_code == status and answer.headers["content-type"] == PROBLEM
    told = answer.json()
    assert [one["field"] for one in told["errors"]] == fields
    assert told["status"] == status and told["detail"] and all(one["message"] for one in told["errors"])
    assert "secret-key" not in answer.text and "xxx" not in answer.text and "Traceback" not in answer.text
    with as_system(engine) as session:
        assert session.exec(select(func.count()).select_from(Concern)).one() == 0


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_only_json_is_read(program, kind):
    answer = program("ben").post(f"{HERE}/concerns", content=b'{"words": "x"}', headers={"content-type": kind})
    assert answer.status_code == 415 and answer.headers["content-type"] == PROBLEM


def test_a_body_that_is_too_long_is_refused_before_it_is_read(program):
    """D67: announced, and one that says nothing of its length."""
    ben, long = program("ben"), b'{"words": "' + b"x" * 1_100_000 + b'"}'
    for body in (long, iter([long[:600_000], long[600_000:]])):
        answer = ben.post(f"{HERE}/concerns", content=body, headers=JSON)
        assert answer.status_code == 413 and answer.json()["type"].endswith(":too-large")


def test_nothing_of_a_strangers_body_is_read(site, program):
    answer = program("").post(f"{HERE}/concerns", content=b"{" * 900_000, headers=JSON)
    assert answer.status_code == 401


def test_an_address_and_a_method_that_are_not_known(program):
    ben = program("ben")
    for path in ("/nothing", "/escalations/ACME-7K4/nothing", "/../escalations", "/escalations/", "/escalations/%00"):
        answer = ben.get(path)
        assert answer.status_code == 404 and answer.headers["content-type"] == PROBLEM, path
    wrong = ben.put("/escalations", json={})
    assert (
        wrong.status_code == 405 and "GET" in wrong.headers["allow"] and wrong.json()["type"].endswith("no-such-method")
    )


@pytest.mark.parametrize(
    ("path", "sent", "field"),
    [
        (HERE, {"owner_id": "nobody"}, "owner_id"),
        (HERE, {"team_id": "nobody"}, "team_id"),
        (HERE, {"stage": "closed"}, "stage"),
        (HERE, {"severity": "worst"}, "severity"),
        (HERE, {"severity": None}, "severity"),
        (HERE, {"title": None}, "title"),
        (HERE, {"next_update_due_at": "2001-01-01T00:00:00Z"}, "next_update_due_at"),
        (HERE, {"next_update_due_at": "2090-01-01T00:00:00"}, "next_update_due_at"),
        (HERE, {"next_update_due_at": 1}, "next_update_due_at"),
    ],
)
def test_a_change_with_a_mistake_changes_nothing_at_all(program, path, sent, field):
    ben = program("ben")
    before = ben.get(path).json()
    answer = ben.patch(path, json={"remarks": "these words came with it", **sent})
    assert answer.status_code == 422 and [one["field"] for one in answer.json()["errors"]] == [field]
    assert ben.get(path).json() == before


def test_in_a_closed_escalation_one_reads_and_does_not_write(program):
    ben = program("ben")
    assert ben.post(f"{HERE}/closure").json()["customer_state"] == "resolved"
    refused = ben.post(f"{HERE}/concerns", json={"words": "too late"})
    assert refused.status_code == 403 and "closed" in refused.json()["detail"]
    assert ben.get(f"{HERE}/concerns").status_code == 200
    assert ben.delete(f"{HERE}/closure").json()["closed_at"] is None
    assert ben.post(f"{HERE}/concerns", json={"words": "in time"}).status_code == 201


def test_a_program_that_asks_too_often_is_told_to_wait(program, monkeypatch):
    monkeypatch.setattr(doors, "pace", Pace(3))
    answers = [program("ben").get("/me") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["retry-after"] == "1" and answers[-1].headers["content-type"] == PROBLEM
    assert program("ada").get("/me").status_code == 200


def test_a_failure_on_our_side_says_nothing_but_a_number(program, monkeypatch):
    def fails(*_: object) -> None:
        raise RuntimeError("the inside of the house")

    monkeypatch.setattr("app.api.concerns.pages.raise_concern", fails)
    answer = program("ben").post(f"{HERE}/concerns", json={"words": "x"})
    assert answer.status_code == 500 and answer.headers["content-type"] == PROBLEM
    assert "inside" not in answer.text and answer.json()["request"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("place", ['["\\ud800", "x"]', '{"a": 1, "b": 2}', '["x"]', "7"])
def test_a_cursor_nobody_gave_out_is_refused_in_words(program, place):
    cursor = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
    assert program("ben").get(f"/customers?cursor={cursor}").status_code == 422
