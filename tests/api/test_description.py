"""What the description of the routes says is what they do, whatever a program sends: tried by Schemathesis."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from schemathesis.checks import CHECKS, CheckFunction, load_all_checks
from schemathesis.generation import GenerationMode
from sqlmodel import select
from starlette.testclient import TestClient

from app.access.pace import Pace
from app.access.session import ViewerSession, as_system
from app.api import doors
from app.escalations.models import Escalation
from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.main import build_site
from app.search import pages as search
from app.sign_in.personal_tokens.making import make_token
from app.sign_in.personal_tokens.models import Scope
from tests.api.furnished import furnish
from tests.cast import assemble
from tests.conftest import create_schema

HOST = "evenkeel.test"
SITE = f"https://{HOST}"
EXAMPLES = 4
TAGS = (
    "you and yours",
    "escalations",
    "participants",
    "timeline",
    "concerns",
    "action items",
    "discussion",
    "meetings",
    "recordings",
    "uploads",
    "search",
)
# What is right by the description may still be refused by the room: an id that nobody has, an owner who is a guest.
# That no route answers without a token is asked of each of them in test_doors.py.
NOT_ASKED = ("positive_data_acceptance", "ignored_auth")
# 412 is what tus answers to another version of it, and what anybody is who did not read the latest state.
REFUSED = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422]
CONFIG = schemathesis.Config.from_dict(
    {
        "generation": {"with-security-parameters": False},
        "checks": {"negative_data_rejection": {"expected-statuses": REFUSED}},
    }
)


@dataclass
class World:
    """A furnished database that stands anew before each request, and a program in it."""

    database: Path
    furnished: Path
    description: schemathesis.BaseSchema
    token: str
    ids: dict[str, str]

    def renew(self) -> None:
        with sqlite3.connect(self.furnished) as kept, sqlite3.connect(self.database) as used:
            kept.backup(used)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Always on SQLite, which can be renewed in a moment: what is tried here is the description."""
    folder = tmp_path_factory.mktemp("described")
    url = f"sqlite:///{folder / 'evenkeel.db'}"
    engine = open_database(url)
    create_schema(engine, url)
    with as_system(engine) as session:
        people = assemble(session)
    site = build_site(Settings(data_dir=folder, base_url=SITE, database_url=url, secret_key="x" * 40), engine)
    with ViewerSession(engine, people["ada"].viewer) as session:
        token = make_token(session, "everything", Scope.write).token
        session.commit()
    before, doors.pace, search.pace = (doors.pace, search.pace), Pace(10**6), Pace(10**6)
    with TestClient(site, base_url=f"{SITE}/api/v1", headers={"authorization": f"Bearer {token}"}) as ada:
        with as_system(engine) as session:
            inside = session.exec(select(Escalation.id).where(Escalation.key == "ACME-7K4")).one()
            session.commit()  # or its transaction would keep the program from writing
            ids = furnish(ada, session, inside)
        with engine.connect() as connection:
            connection.exec_driver_sql("commit")
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        shutil.copy(folder / "evenkeel.db", folder / "furnished.db")
        described = schemathesis.openapi.from_dict(ada.get("/openapi.json").json(), config=CONFIG)
        described.app, described.location = site, "/api/v1/openapi.json"
        yield World(folder / "evenkeel.db", folder / "furnished.db", described, token, ids)
    doors.pace, search.pace = before
    engine.dispose()


@pytest.mark.parametrize("tag", TAGS)
def test_what_is_described_is_what_is_answered(world, tag):
    load_all_checks()
    schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
    tried = []
    for found in world.description.include(tag=tag).get_all_operations():
        operation = found.ok()
        tried.append(operation.label)
        _try(world, operation)
    assert tried


def test_every_route_is_described_under_one_of_the_tags(world):
    tags = {tag for found in world.description.get_all_operations() for tag in found.ok().tags}
    assert tags == set(TAGS)


def _try(world: World, operation: schemathesis.APIOperation) -> None:
    """A few requests as they are described, and a few that are not."""
    at = {name: world.ids[_named(name, operation.path)] for name in _names(operation.path)}
    right = operation.as_strategy(GenerationMode.POSITIVE, path_parameters=at)
    wrong = operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=at)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=some.one_of(right, wrong))
    def answered_as_described(case: schemathesis.Case) -> None:
        world.renew()
        case.call_and_validate(
            headers={"authorization": f"Bearer {world.token}", "host": HOST},
            excluded_checks=[cast(CheckFunction, CHECKS.get_one(name)) for name in NOT_ASKED],
        )

    answered_as_described()


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _named(name: str, path: str) -> str:
    if "/held/" in path:
        return {"message_id": "held_id", "topic_id": "held_topic_id"}.get(name, name)
    return name
