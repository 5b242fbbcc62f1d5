"""Who gets in at each route for programs, and as whom."""

from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from app.access.session import as_system
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.meetings.models import Invitation
from app.operating.surface import routes_of_api
from app.people.models import Account
from app.search.following import follow
from app.sign_in.personal_tokens.models import PersonalToken, Scope
from app.sign_in.tokens import hashed
from tests.api.conftest import V1
from tests.conftest import SITE

SAFE = {"GET", "HEAD", "OPTIONS"}
PROBLEM = "application/problem+json"


@pytest.fixture
def routes():
    return [route for route in routes_of_api() if route.door == "token"]


def test_each_route_for_programs_has_the_door_for_tokens_but_the_description():
    others = [f"{route.method} {route.path}" for route in routes_of_api() if route.door != "token"]
    assert others == ["GET /api/v1/openapi.json"]


def test_nothing_is_answered_without_a_token(site, as_, routes):
    """D13: not to nobody, and not to the cookies of a guest, a colleague or an administrator."""
    told, cookies = [], {"": {}, **{nick: dict(as_(nick).cookies) for nick in ("gus", "ada", "adm")}}
    with TestClient(site, base_url=SITE) as client:
        for route in routes:
            for nick, kept in cookies.items():
                client.cookies.update(kept)
                answer = client.request(route.method, _address(route.path))
                client.cookies.clear()
                is_told = answer.headers["www-authenticate"] == "Bearer"
                if answer.status_code != 401 or not is_told or answer.headers["content-type"] != PROBLEM:
                    told.append(f"{nick} {route.method} {route.path}: {answer.status_code}")
    assert told == []


def test_a_token_opens_no_page(site, token):
    with TestClient(site, base_url=SITE, headers={"authorization": f"Bearer {token('ada')}"}) as client:
        assert client.get("/escalations", follow_redirects=False).status_code == 303
        assert client.post("/escalations", headers={"sec-fetch-site": "same-origin"}).status_code == 401


def test_a_token_that_reads_does_nothing(program, routes):
    reader, done = program("ada", Scope.read), []
    for route in routes:
        if route.method not in SAFE:
            answer = reader.request(route.method, SITE + _address(route.path), json={})
            if answer.status_code != 403 or not answer.json()["type"].endswith(":scope-needed"):
                done.append(f"{route.method} {route.path}: {answer.status_code}")
    assert done == []
    assert reader.get("/escalations").status_code == 200


def test_what_one_may_not_see_is_not_there_whatever_is_tried(program, routes):
    """D01, D48: a restricted escalation and one that never was are the same bytes to a colleague outside it."""
    sue, told = program("sue"), []
    for route in routes:
        if "{key}" in route.path:
            hidden = sue.request(route.method, SITE + _address(route.path, "ACME-9XX"), json={})
            random = sue.request(route.method, SITE + _address(route.path, "ACME-ZZZ"), json={})
            if _seen(hidden) != _seen(random) or hidden.status_code not in (403, 404):
                told.append(f"{route.method} {route.path}: {hidden.status_code}")
            if hidden.status_code == 403 and route.verb not in ("restrict_escalation",):
                told.append(f"{route.method} {route.path}: 403")
    assert told == []


def test_a_list_holds_what_its_person_sees(program):
    seen = {nick: {one["key"] for one in program(nick).get("/escalations").json()["items"]} for nick in ("sue", "ada")}
    assert seen["ada"] - seen["sue"] == {"ACME-9XX"}
    assert "ACME-9XX" not in program("sue").get("/search?q=Restricted").text


def test_nothing_of_a_restricted_escalation_is_in_any_answer(program, engine, people, settings):
    """D48: everything that names no escalation in its address, asked by a colleague outside it."""
    ada, sue, at = program("ada"), program("sue"), "/escalations/ACME-9XX"
    assert ada.post(f"{at}/concerns", json={"words": "Undisclosed worry"}).status_code == 201
    assert ada.post(f"{at}/topics", json={"title": "Undisclosed", "text": "Undisclosed words"}).status_code == 201
    plan = {"title": "Undisclosed call", "starts_at": (now() + timedelta(days=1)).isoformat()}
    meeting = ada.post(f"{at}/meetings", json=plan).json()["id"]
    with as_system(engine) as session:  # Sue was invited before it was restricted
        inside = session.exec(select(Escalation.id).where(Escalation.key == "ACME-9XX")).one()
        session.add(Invitation(meeting_id=meeting, person_id=people["sue"].id, escalation_id=inside))
        follow(session, settings, now())
        session.commit()
    assert "Undisclosed" in ada.get("/search?q=Undisclosed").text and "Undisclosed" in ada.get("/meetings").text
    paths = [route.path.removeprefix("/api/v1") for route in routes_of_api() if route.method == "GET"]
    wide = [path for path in paths if "{key}" not in path and path != "/openapi.json"]
    customer = ada.get(at).json()["customer"]["id"]
    for path in wide:
        query = {"/escalations": "?state=all", "/search": "?q=Undisclosed"}.get(path, "")
        answer = sue.get(path.format(customer_id=customer, person_id=people["ada"].id) + query)
        assert answer.status_code == 200, path
        assert not [word for word in ("Undisclosed", "Restricted", "9XX") if word in answer.text], path
    assert len(wide) > 7


def test_a_guest_has_no_token_and_one_that_was_forged_opens_nothing(site, engine, people, token):
    """D16, D48: even a row of the table in a guest's name."""
    with as_system(engine) as session:
        for nick in ("gus", "eve"):
            row = {"token_hash": hashed(f"evk_{nick}"), "beginning": "evk_", "person_id": people[nick].id, "name": "x"}
            session.add(PersonalToken(**row, scope=Scope.write, expires_at=now().replace(year=2090)))
        session.commit()
    with TestClient(site, base_url=V1) as client:
        for nick in ("gus", "eve"):
            assert client.get("/me", headers={"authorization": f"Bearer evk_{nick}"}).status_code == 401
        assert client.get("/me", headers={"authorization": f"Bearer {token('ben')}"}).status_code == 200


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer ", "Bearer evk_nothing", "Basic YTpi", "bearer evk_" + "x" * 200]
)
def test_what_is_no_token_is_refused_and_not_echoed(site, shown):
    with TestClient(site, base_url=V1) as client:
        answer = client.get("/me", headers={"authorization": shown} if shown else {})
        assert answer.status_code == 401 and "evk_n" not in answer.text and "YTpi" not in answer.text


def test_two_tokens_at_once_are_none(site, token):
    both = [("authorization", f"Bearer {token('ben')}"), ("authorization", f"Bearer {token('ada')}")]
    with TestClient(site, base_url=V1) as client:
        assert client.get("/me", headers=both).status_code == 401


def test_a_token_does_what_its_persons_role_allows_today(program, engine, people):
    ada = program("ada")
    assert ada.post("/escalations/ACME-7K4/restriction").status_code == 200
    with as_system(engine) as session:
        account = session.get_one(Account, people["ada"].id)
        account.role = people["ben"].viewer.role
        session.commit()
    assert ada.delete("/escalations/ACME-7K4/restriction").status_code == 403


def _address(path, key="ACME-7K4"):
    filled = path.replace("{key}", key).replace("{number}", "1")
    return "/".join("0123456789abcdef" if part.startswith("{") else part for part in filled.split("/"))


def _seen(answer):
    request_id = answer.headers["x-request-id"]
    return answer.status_code, answer.text.replace(request_id, "")
