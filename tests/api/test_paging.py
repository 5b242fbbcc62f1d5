"""Lists go on by key: nothing is lost where many rows share a moment, nothing moves when something new comes."""

import pytest

from app.access.session import as_system
from app.api.paging import write_cursor
from app.concerns.models import Concern
from app.foundation.clock import now
from app.people.models import Team
from app.search.following import follow

HERE = "/escalations/ACME-7K4"


def walk(client, address):
    """Every item, page by page, and how many pages that took."""
    items, pages, following = [], 0, address
    while following:
        page = client.get(following).json()
        items, pages, following = items + page["items"], pages + 1, page["next"]
        following = following and following.removeprefix("/api/v1")
    return items, pages


def test_rows_of_the_same_moment_are_all_there_once(program, engine, outage, people):
    moment = now()
    with as_system(engine) as session:
        for number in range(23):
            session.add(
                Concern(escalation_id=outage.id, words=f"worry {number}", owner_id=people["ben"].id, raised_at=moment)
            )
        session.commit()
    for limit in (1, 5, 22, 23, 24):
        items, pages = walk(program("ben"), f"{HERE}/concerns?limit={limit}")
        assert sorted(one["words"] for one in items) == sorted(f"worry {number}" for number in range(23))
        assert pages == -(-23 // limit)


def test_what_comes_meanwhile_moves_nothing(program):
    ben = program("ben")
    for number in range(4):
        ben.post(f"{HERE}/topics", json={"title": f"topic {number}", "text": "words"})
    first = ben.get(f"{HERE}/topics?limit=2").json()
    ben.post(f"{HERE}/topics", json={"title": "a new one", "text": "words"})
    second = ben.get(first["next"].removeprefix("/api/v1")).json()
    assert [one["title"] for one in (*first["items"], *second["items"])] == [f"topic {n}" for n in (3, 2, 1, 0)]


def test_lists_by_name_and_by_number_go_on_as_well(program, engine):
    with as_system(engine) as session:
        session.add_all([Team(name=f"Team {number}") for number in range(5)])
        session.commit()
    names = [one["name"] for one in walk(program("ben"), "/teams?limit=2")[0]]
    assert names == sorted(names) and len(names) == 6
    ben = program("ben")
    for severity in ("low", "high", "critical"):
        ben.patch(HERE, json={"severity": severity})
    numbers = [one["number"] for one in walk(ben, f"{HERE}/timeline?limit=1")[0]]
    assert numbers == [4, 3, 2, 1]


def test_filters_go_on_with_the_cursor(program):
    ben = program("ben")
    for number in range(3):
        made = ben.post(f"{HERE}/actions", json={"title": f"action {number}"}).json()
        ben.post(f"{HERE}/actions/{made['id']}/completion")
    ben.post(f"{HERE}/actions", json={"title": "still open"})
    items, pages = walk(ben, f"{HERE}/actions?state=done&limit=1")
    assert [one["title"] for one in items] == ["action 2", "action 1", "action 0"] and pages == 3


def test_a_search_goes_on(program, engine, settings):
    ben = program("ben")
    for number in range(23):
        ben.post(f"{HERE}/concerns", json={"words": f"needle number {number}"})
    with as_system(engine) as session:
        follow(session, settings, now())
        session.commit()
    for sort in ("best", "newest"):
        items, pages = walk(ben, f"/search?q=needle&sort={sort}")
        words = {"".join(piece["text"] for piece in one["title"] + one["body"]) for one in items}
        assert len(items) == len(words) == 23 and pages == 2, sort
    assert {one["audience"] for one in items} == {"internal"} and items[0]["escalation"] == "ACME-7K4"
    assert walk(ben, "/search?q=nothing")[0] == [] and walk(program("sue"), "/search?q=needle")[0]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "~1e999",
        "WyIyMDI2Il0",
        write_cursor("2026-11-26T12:48:00", "a"),
        write_cursor("9999-12-31T23:59:59+00:00", "a"),
        write_cursor("2026-11-26T12:48:00+00:00", 5),
        write_cursor(["a"], {}),
        write_cursor("2026-11-26T12:48:00+00:00", "a\0"),
        write_cursor(10**30, "a"),
        write_cursor(5, float("nan")),
        write_cursor(-5, 1.0),
        write_cursor(-5, "1.0"),
        write_cursor(5, "nan"),
        write_cursor(5, "~"),
        write_cursor(5, "whole~whole"),
    ],
)
def test_a_cursor_somebody_wrote_themselves_is_refused(program, cursor):
    for path in ("/escalations", "/teams", f"{HERE}/timeline", f"{HERE}/concerns", "/search?q=x"):
        answer = program("ben").get(path, params={"cursor": cursor, **({"q": "x"} if "q=" in path else {})})
        assert answer.status_code in (200, 422), answer.text
        if answer.status_code == 422:
            assert answer.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "include=*", "offset=5", "sort=title", "limit=5&x="]
)
def test_what_a_list_does_not_know_is_refused(program, query):
    assert program("ben").get(f"/escalations?{query}").status_code == 422
