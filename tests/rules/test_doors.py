"""Walks every route, so that a new page cannot be forgotten."""

from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts

from app.access.permissions import PERMISSIONS, Verb
from app.api.mounting import routes_for_programs
from app.operating.surface import routes_of, routes_of_api

HERE = Path(__file__).parents[1]
SAFE = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture
def routes(site):
    """The pages. What programs reach is walked in tests/api/test_doors.py."""
    return routes_of(site)


def test_every_route_has_a_door(routes):
    assert [route.path for route in routes + routes_of_api() if not route.door] == []


@pytest.mark.parametrize(("door", "file"), [("shared", "guest_surface.txt"), ("public", "public_surface.txt")])
def test_what_others_than_staff_can_reach_is_written_down(routes, door, file):
    everything = sorted(routes + routes_of_api(), key=lambda route: (route.path, route.method))
    reachable = "\n".join(f"{route.method} {route.path}" for route in everything if route.door == door)
    assert reachable == (HERE / file).read_text().strip()


def test_every_act_names_its_verb_and_the_table_knows_it(routes):
    acts = [route for route in routes + routes_of_api() if route.method not in SAFE]
    nameless = [f"{route.method} {route.path}" for route in acts if not route.verb]
    assert nameless == []
    assert set(PERMISSIONS) == set(Verb)


def test_every_verb_is_used_by_a_route(routes):
    assert set(Verb) - {Verb(route.verb) for route in routes if route.verb} == set()


def test_no_route_reads_its_body_before_its_door(site):
    """Bodies are read by forms behind the door; a body parameter of FastAPI's would be read before it."""
    everything = [*iter_route_contexts(site.routes), *iter_route_contexts(routes_for_programs().routes)]
    reading = [c.path for c in everything if hasattr(c, "dependant") and c.dependant.body_params]
    assert reading == [] and len(everything) > 200


def test_a_stranger_gets_nowhere(as_, routes):
    """Eve, a guest of another customer, asks for every page of the outage and tries every act."""
    eve, told = as_("eve"), []
    for route in routes:
        if "{key}" in route.path:
            url = _address(route.path)
            answer = eve.request(route.method, url, data={"words": "let me in"} if route.method not in SAFE else None)
            if answer.status_code != 404:
                told.append(f"{route.method} {route.path}: {answer.status_code}")
    assert told == []


def test_nobody_gets_in_without_a_sign_in(as_, routes):
    nobody, told = as_(""), []
    for route in routes:
        if route.door != "public":
            answer = nobody.request(route.method, _address(route.path))
            expected = 303 if route.method in SAFE - {"OPTIONS"} else 401  # nobody reads what OPTIONS answers
            if answer.status_code != expected:
                told.append(f"{route.method} {route.path}: {answer.status_code}")
    assert told == []


def test_staff_who_take_no_part_in_a_restricted_escalation_are_told_it_does_not_exist(as_, routes):
    sue, told = as_("sue"), []
    for route in routes:
        if "{key}" in route.path:
            answer = sue.request(route.method, _address(route.path, "ACME-9XX"))
            if answer.status_code != 404:
                told.append(f"{route.method} {route.path}: {answer.status_code}")
    assert told == []


def test_a_guest_opens_no_staff_page(as_, routes):
    gus, told = as_("gus"), []
    for route in routes:
        if route.door in ("staff", "managers"):
            answer = gus.request(route.method, _address(route.path))
            if answer.status_code != 404:
                told.append(f"{route.method} {route.path}: {answer.status_code}")
    assert told == []


def test_foreign_and_random_are_told_apart_by_nothing(as_, routes):
    """An escalation of somebody else's and one that never was: the same bytes, whatever the verb."""
    gus, differing = as_("gus"), []
    for route in routes:
        if "{key}" in route.path:
            foreign = gus.request(route.method, _address(route.path, "GLOB-5Q2"))
            random = gus.request(route.method, _address(route.path, "GLOB-ZZZ"))
            if _seen(foreign, "GLOB-5Q2") != _seen(random, "GLOB-ZZZ"):
                differing.append(f"{route.method} {route.path}")
    assert differing == []


def _address(path, key="ACME-7K4"):
    url = path.replace("{key}", key)
    return "/".join("0123456789abcdef" if part.startswith("{") else part for part in url.split("/"))


def _seen(answer, key):
    request_id = answer.headers.pop("x-request-id")
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return answer.status_code, headers, answer.text.replace(request_id, "").replace(key, "")
