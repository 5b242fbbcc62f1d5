"""Each field and each cursor of each operation, with what nobody should send: refused as a problem, and never a failure."""

import base64
import json

import pytest

from tests.api.furnished import furnish

PROBLEM = "application/problem+json"
WRONG = [{"a": {"b": 1}}, 10**400]  # of a type that no field has
ODD = ["\0\0", "x" * 100_000, "\ufffe", "0001-01-01T00:00:00-23:59"]
CURSORS = [
    "x",
    "%00",
    "%ff",
    "9" * 200,
    *(
        base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")
        for place in (
            ["a", "b"],
            [1, "a"],
            [-1, "a"],
            [2**70, "a"],
            [1, 1.5],
            ["2026-11-26T12:48:00+00:00", "a"],
            ["2026-11-26T12:48:00", "a"],
            ["a\0", "b"],
            [None, None],
            [True, "a"],
            [["a"], {}],
        )
    ),
]


@pytest.fixture
def ada(program, session, outage):
    program("ada").ids = furnish(program("ben"), session, outage.id)
    return program("ada")


@pytest.fixture
def described(ada):
    return ada.get("/openapi.json").json()


def test_no_field_takes_what_it_is_not_for(ada, described):
    told, tried = [], 0
    for method, at, body in _with_bodies(ada, described):
        needed = {name: _likely(body["properties"][name], ada.ids.get(name)) for name in body.get("required", [])}
        for name in (*body["properties"], "unknown"):
            for value in (*WRONG, *ODD):
                answer = ada.request(method, at, content=json.dumps(needed | {name: value}), headers=JSON)
                is_wrong = answer.status_code not in (404, 422) if value in WRONG or name == "unknown" else False
                if is_wrong or answer.status_code >= 500 or (answer.is_error and _kind(answer) != PROBLEM):
                    told.append(f"{method} {at} {name}: {str(value)[:20]!r} {answer.status_code}")
                tried += 1
    assert told == [] and tried > 500


def test_no_list_goes_on_from_a_cursor_it_did_not_give_out(ada, described):
    told, lists = [], 0
    for path, item in described["paths"].items():
        names = [param["name"] for param in item.get("get", {}).get("parameters", [])]
        if "cursor" in names:
            lists += 1
            for cursor in CURSORS:
                answer = ada.get(f"{path.format_map(ada.ids)}?cursor={cursor}" + ("&q=x" if "q" in names else ""))
                if answer.status_code not in (200, 404, 422) or (answer.is_error and _kind(answer) != PROBLEM):
                    told.append(f"{path} {cursor}: {answer.status_code}")
    assert told == [] and lists > 10


JSON = {"content-type": "application/json"}


def _with_bodies(ada, described):
    for path, item in described["paths"].items():
        for method, operation in item.items():
            sent = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if sent:
                name = sent["schema"]["$ref"].rpartition("/")[2]
                yield method, path.format_map(ada.ids), described["components"]["schemas"][name]


def _likely(field, known):
    """Something that this field may well hold, so that the mistake is in the other one."""
    by_kind = {"date": "2090-01-01", "date-time": "2090-01-01T10:00:00Z"}
    by_type = {"integer": 0, "array": []}
    likely = known or by_kind.get(field.get("format")) or by_type.get(field.get("type"), "words of it")
    return field.get("examples", [likely])[0]


def _kind(answer):
    return answer.headers["content-type"]
