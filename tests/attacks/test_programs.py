"""What a program receives that speaks for a colleague: nothing of an escalation that is closed to them, however it is asked."""

import pytest
from starlette.testclient import TestClient

from app.access.session import ViewerSession
from app.operating.surface import routes_of_api
from app.sign_in.personal_tokens.making import make_token
from app.sign_in.personal_tokens.models import Scope
from tests.attacks.addresses import HERE, NOBODYS, child_params, fill
from tests.attacks.furnishing import word_for
from tests.conftest import SITE
from tests.worlds.canaries import canaries_in

SECRET = "ACME-9XX"  # restricted: s1 is in it and s0 is not


@pytest.fixture
def program(world):
    def speaking_for(nick):
        with ViewerSession(world.engine, world.viewer(nick)) as session:
            token = make_token(session, "A program", Scope.write).token
            session.commit()
        client = world.stack.enter_context(TestClient(world.site, base_url=SITE, raise_server_exceptions=False))
        client.headers["authorization"] = f"Bearer {token}"
        return client

    return speaking_for


def answers(world, client, key):
    """Everything that can be read there with the ids of what is there."""
    ids = world.sets["E9"]
    for route in routes_of_api():
        if route.method == "GET" and "{key}" in route.path:
            named = {name: ids.get(name, NOBODYS) for name in child_params(route)}
            yield route.path, client.get(fill(route.path, named).replace(HERE, key))


def test_no_answer_to_a_program_holds_what_is_closed_to_its_person(world, program):
    """D88: each address below the closed escalation and below an open one, the lists across all of them, and search."""
    insider, outsider = program("s1"), program("s0")
    hidden = {
        word_for("E9", kind) for kind in ("concern", "details", "action", "topic", "message", "note", "line", "file")
    }
    assert hidden - {one for _, answer in answers(world, insider, SECRET) for one in canaries_in(answer.content)} <= {
        word_for("E9", kind) for kind in ("note", "line", "file")
    }
    for key in (SECRET, HERE):
        for path, answer in answers(world, outsider, key):
            assert answer.status_code < 500 and canaries_in(answer.content) & hidden == set(), (key, path)
            assert answer.status_code == 404 or key == HERE, path
    for route in routes_of_api():
        if (
            route.method == "GET"
            and not child_params(route)
            and "{key}" not in route.path
            and "openapi" not in route.path
        ):
            received = outsider.get(route.path).content
            assert SECRET.encode() not in received and canaries_in(received) & hidden == set(), route.path
    found = outsider.get("/api/v1/search", params={"q": word_for("E9", "concern")[-8:]})
    assert found.json()["items"] == []


def test_a_program_acts_on_nothing_that_is_closed_to_its_person(world, program):
    """D88: every act on what is closed, by its own address and through an escalation that is open."""
    outsider = program("s0")
    for route in routes_of_api():
        ids = {name: world.sets["E9"].get(name, NOBODYS) for name in child_params(route)}
        if route.method not in ("GET", "HEAD", "OPTIONS") and "{key}" in route.path and ids:
            for key in (SECRET, HERE):
                answer = outsider.request(route.method, fill(route.path, ids).replace(HERE, key), json={})
                assert answer.status_code in (403, 404, 422, 428), (key, route.path, answer.status_code)
                assert canaries_in(answer.content) == set()
