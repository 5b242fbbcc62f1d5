"""Both worlds, each in a database of its own, with browsers for its people."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.access.pace import Pace
from app.access.session import as_system
from app.foundation import clock
from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.main import build_site
from app.operating.two_worlds.seeding import seed_world
from app.people.models import Person
from app.sign_in import sessions
from tests.conftest import FROM_OUR_PAGE, ON_POSTGRES, SITE, create_schema
from tests.postgres import create_database, drop_database

LATER = "2026-03-05T09:00+00:00"


@dataclass
class Told:
    """A world after its story: its site, its people and what must stay unknown."""

    name: str
    engine: Engine
    settings: Settings
    site: FastAPI
    people: dict[str, str]
    ids: dict[str, str]
    canaries: set[str]
    stack: ExitStack

    def browser(self, nick: str) -> TestClient:
        client = self.stack.enter_context(
            TestClient(
                self.site, base_url=SITE, follow_redirects=False, headers=FROM_OUR_PAGE, raise_server_exceptions=False
            )
        )
        with as_system(self.engine) as session:
            token = sessions.start(session, session.get_one(Person, self.people[nick]))
            session.commit()
        client.cookies.set(sessions.cookie_name(self.settings), token, domain="evenkeel.test")
        return client


@pytest.fixture
def tell(tmp_path: Path, database_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Told]]:
    monkeypatch.setattr(Pace, "allows", lambda *_: True)  # the limit follows real time, which differs between two runs
    with ExitStack() as stack:

        def told(name: str) -> Told:
            folder = tmp_path / name
            folder.mkdir()
            if ON_POSTGRES:
                database = f"world_{name.lower()}_{tmp_path.name.replace('-', '_')}"[:60]
                url = create_database(database_server, database)
                stack.callback(drop_database, database_server, database)
            else:
                url = f"sqlite:///{folder / 'evenkeel.db'}"
            settings = Settings(
                data_dir=folder, base_url=SITE, database_url=url, secret_key="the same secret in both of the worlds"
            )
            engine = open_database(url)
            stack.callback(engine.dispose)
            create_schema(engine, url)
            found = seed_world(engine, settings, name, 1)
            clock.set_clock(LATER)
            site = build_site(settings, engine)
            return Told(name, engine, settings, site, found["people"], found["ids"], set(found["canaries"]), stack)

        yield told
