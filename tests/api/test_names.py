"""What people and customers are called is put right by a program as on the pages, and by whom the pages let do it."""

import pytest
from sqlmodel import func, select

from app.access.session import as_system
from app.people.models import Customer, Person
from app.sign_in.personal_tokens.models import Scope
from tests.conftest import SITE

HERE = "/escalations/ACME-7K4"


def stored(engine, person_id):
    with as_system(engine) as session:
        person = session.get_one(Person, person_id)
        return person.name, person.title


def test_a_guests_name_is_put_right_for_both_sides(program, as_, people):
    ben, at = program("ben"), f"/people/{people['gus'].id}"
    before = ben.get(at)
    assert before.json() == {"id": people["gus"].id, "name": "Gus Meyer", "side": "guest", "title": ""}
    changed = ben.patch(at, json={"title": "Head of it"}, headers={"if-match": before.headers["etag"]})
    assert changed.status_code == 200 and changed.json()["name"] == "Gus Meyer", "what is left out stays"
    assert ben.patch(at, json={"name": "Gustav Meyer"}).json()["title"] == "Head of it"
    for reader in ("ben", "gil"):
        page = as_(reader).get(f"{HERE}/people").text
        assert "Gustav Meyer" in page and "Head of it" in page and "Gus Meyer" not in page
    assert ben.get(f"{HERE}/timeline").json()["items"][0]["kind"] == "name_corrected"
    stale = ben.patch(at, json={"name": "Gus"}, headers={"if-match": before.headers["etag"]})
    assert stale.status_code == 412 and ben.get(at).json()["name"] == "Gustav Meyer"


@pytest.mark.parametrize(
    ("who", "whose", "status"), [("ben", "sue", 403), ("ada", "sue", 200), ("ada", "adm", 403), ("adm", "ada", 200)]
)
def test_who_may_correct_whom(program, engine, people, who, whose, status):
    answer = program(who).patch(f"/people/{people[whose].id}", json={"name": "Quite New"})
    assert answer.status_code == status
    assert (stored(engine, people[whose].id)[0] == "Quite New") is (status == 200)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  \0 "}, "name"),
        ({"name": None}, "name"),
        ({"name": 7}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"title": "x" * 121}, "title"),
        ({"title": ["x"]}, "title"),
        ({"email": "gus@evil.example"}, ""),
        ({"side": "staff"}, ""),
    ],
)
def test_a_name_that_cannot_be_used_changes_nothing(program, engine, people, sent, field):
    answer = program("ben").patch(f"/people/{people['gus'].id}", json={"title": "New", **sent})
    assert answer.status_code == 422 and [one["field"] for one in answer.json()["errors"]] == [field]
    assert stored(engine, people["gus"].id) == ("Gus Meyer", "")


def test_nobody_is_not_there(program):
    for ask in (program("adm").get, lambda at: program("adm").patch(at, json={"name": "x"})):
        assert ask("/people/nobody").status_code == 404 and ask(f"/people/{'x' * 5000}").status_code == 404


def test_a_token_that_reads_reads_names(program, engine, people):
    reader, at = program("ben", Scope.read), f"/people/{people['gus'].id}"
    assert reader.get(at).status_code == 200
    refused = reader.patch(at, json={"name": "Gustav"})
    assert refused.status_code == 403 and refused.json()["type"].endswith(":scope-needed")
    assert stored(engine, people["gus"].id)[0] == "Gus Meyer"


def test_a_customer_is_added_once_and_changed(program, engine):
    ben, key = program("ben"), {"idempotency-key": "northwind"}
    sent = {"name": "Northwind", "time_zone": "Europe/Berlin"}
    first, again = (ben.post("/customers", json=sent, headers=key) for _ in range(2))
    assert first.status_code == 201 and first.content == again.content and first.json()["mark"] == "NORT"
    with as_system(engine) as session:
        assert session.exec(select(func.count()).select_from(Customer).where(Customer.name == "Northwind")).one() == 1
    at = first.headers["location"].removeprefix("/api/v1")
    assert ben.patch(at, json={"mark": "nw"}).json()["mark"] == "NW"
    assert ben.get(at).json() == {"id": first.json()["id"], **sent, "mark": "NW"}
    stale = ben.patch(at, json={"name": "Northwind Traders"}, headers={"if-match": first.headers["etag"]})
    assert stale.status_code == 412 and ben.get(at).json()["name"] == "Northwind"
    assert ben.get("/customers/nobody").status_code == ben.patch("/customers/nobody", json={}).status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "globex"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"mark": "A"}, "mark"),
        ({"mark": "12"}, "mark"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": 0}, "time_zone"),
        ({"id": "mine"}, ""),
    ],
)
def test_a_customer_that_cannot_be_used(program, session, sent, field):
    acme = session.exec(select(Customer.id).where(Customer.mark == "ACME")).one()
    session.rollback()
    ben = program("ben")
    before, count = ben.get(f"/customers/{acme}").json(), len(ben.get("/customers").json()["items"])
    for answer in (
        ben.patch(f"/customers/{acme}", json=sent),
        ben.post("/customers", json={"name": "Northwind", **sent}),
    ):
        assert answer.status_code == 422 and [one["field"] for one in answer.json()["errors"]] == [field]
    assert ben.get(f"/customers/{acme}").json() == before
    assert len(ben.get("/customers").json()["items"]) == count


def test_the_people_of_a_customer_are_its_own_and_told_without_their_addresses(program, people, session):
    acme = session.exec(select(Customer.id).where(Customer.mark == "ACME")).one()
    session.rollback()
    answer = program("ben").get(f"/customers/{acme}/people")
    assert [one["name"] for one in answer.json()["items"]] == ["Gil Reyes", "Gus Meyer", "Gwen Holt"]
    assert "@" not in answer.text and SITE not in answer.text
    assert program("ben").get("/customers/nobody/people").status_code == 404
