"""World A with every room furnished on both sides of every line, copied afresh for each test."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from app.access.pace import Pace
from app.access.participation import Audience
from app.access.recognising import viewer_for
from app.access.session import ViewerSession, as_system
from app.access.viewer import Viewer
from app.discussion.models import HeldMessage
from app.foundation import clock
from app.foundation.database import for_reading, open_database
from app.foundation.settings import Settings
from app.foundation.storage import open_storage
from app.main import build_site
from app.operating.two_worlds.seeding import seed_world
from app.people.models import Account
from app.search.indexing import reindex_all
from tests.attacks.furnishing import furnish
from tests.conftest import FROM_OUR_PAGE, ON_POSTGRES, SITE, create_schema, reused_copy
from tests.postgres import create_database, drop_database
from tests.reused import Reused
from tests.worlds.conftest import LATER, Told

SECRET = "the secret of the world that is attacked"
SETS = {  # name: escalation, author, audience
    "own": ("E1", "s1", Audience.shared),
    "internal": ("E1", "s1", Audience.internal),
    "others": ("E1", "s1", Audience.shared),  # its recording is for another guest alone
    "E2": ("E2", "s1", Audience.shared),
    "E3": ("E3", "s1", Audience.shared),
    "E9": ("E9", "s1", Audience.internal),
}


@dataclass
class World(Told):
    """World A, with a coherent set of ids for each side of each line."""

    sets: dict[str, dict[str, str]] = field(default_factory=dict)
    browsers: dict[str, TestClient] = field(default_factory=dict)

    def browser(self, nick: str) -> TestClient:
        """The same one each time it is asked for in a test."""
        if nick not in self.browsers:
            self.browsers[nick] = super().browser(nick)
        return self.browsers[nick]

    def viewer(self, nick: str) -> Viewer:
        with as_system(for_reading(self.engine)) as session:
            found = viewer_for(session, self.people[nick])
        assert found
        return found

    def email(self, nick: str) -> str:
        with as_system(for_reading(self.engine)) as session:
            return session.get_one(Account, self.people[nick]).email

    def nobody(self) -> TestClient:
        return self.stack.enter_context(
            TestClient(
                self.site, base_url=SITE, follow_redirects=False, headers=FROM_OUR_PAGE, raise_server_exceptions=False
            )
        )

    def looking(self, nick: str) -> ViewerSession:
        return ViewerSession(for_reading(self.engine), self.viewer(nick))


@pytest.fixture(scope="session")
def world_template(database_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("attacked") / "data"
    folder.mkdir()
    name = f"attacked_{uuid.uuid4().hex[:12]}"
    url = create_database(database_server, name) if ON_POSTGRES else f"sqlite:///{folder / 'evenkeel.db'}"
    settings = Settings(data_dir=folder, base_url=SITE, database_url=url, secret_key=SECRET)
    engine = open_database(url)
    create_schema(engine, url)
    told = seed_world(engine, settings, "A", 1)
    clock.set_clock(LATER)
    sets = _furnish_all(engine, settings, told)
    with as_system(engine) as session:
        for held in session.exec(select(HeldMessage)):
            held.leaves_at += timedelta(days=4000)  # what was never sent stays unsent, however late it is here
            session.add(held)
        session.commit()
        reindex_all(session)
    if not ON_POSTGRES:
        with engine.connect() as connection:
            connection.exec_driver_sql("commit")
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    engine.dispose()
    clock.set_clock("")
    yield {"name": name, "folder": folder, "told": told, "sets": sets}
    if ON_POSTGRES:
        drop_database(database_server, name)


@pytest.fixture(scope="session")
def reused_world(
    world_template: dict[str, Any], database_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reused]:
    template = world_template["name"] if ON_POSTGRES else str(world_template["folder"] / "evenkeel.db")
    yield from reused_copy(template, database_server, tmp_path_factory)


@pytest.fixture
def world(
    world_template: dict[str, Any], reused_world: Reused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    monkeypatch.setattr(Pace, "allows", lambda *_: True)  # attackers here search faster than people may
    with ExitStack() as stack:
        stack.callback(reused_world.put_back)
        yield _opened(world_template, reused_world.url, reused_world.engine, tmp_path / "data", stack)


@pytest.fixture(scope="module")
def kept_world(
    world_template: dict[str, Any], database_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with copied_world(world_template, database_server, tmp_path_factory.mktemp("kept")) as world:
        yield world


@pytest.fixture
def same_world(kept_world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """One copy for a whole file, which is quicker: for tests that do not mind what others did in it before."""
    monkeypatch.setattr(Pace, "allows", lambda *_: True)
    clock.set_clock(LATER)
    with ExitStack() as stack:
        yield replace(kept_world, stack=stack, browsers={})


@contextmanager
def copied_world(world_template: dict[str, Any], database_server: str, place: Path) -> Iterator[World]:
    with ExitStack() as stack:
        if ON_POSTGRES:
            name = f"attack_{uuid.uuid4().hex[:12]}"
            url = create_database(database_server, name, world_template["name"])
            stack.callback(drop_database, database_server, name)
        else:
            shutil.copy(world_template["folder"] / "evenkeel.db", place)
            url = f"sqlite:///{place / 'evenkeel.db'}"
        engine = open_database(url)
        stack.callback(engine.dispose)
        yield _opened(world_template, url, engine, place / "data", stack)


def _opened(template: dict[str, Any], url: str, engine: Engine, folder: Path, stack: ExitStack) -> World:
    """With the files of its own that belong to this database."""
    shutil.copytree(template["folder"], folder, ignore=shutil.ignore_patterns("evenkeel.db*"))
    settings = Settings(data_dir=folder, base_url=SITE, database_url=url, secret_key=SECRET)
    stack.callback(clock.set_clock, "")
    clock.set_clock(LATER)
    told = template["told"]
    site, canaries = build_site(settings, engine), set(told["canaries"])
    return World("A", engine, settings, site, told["people"], told["ids"], canaries, stack, template["sets"])


def _furnish_all(engine: Engine, settings: Settings, told: dict[str, Any]) -> dict[str, dict[str, str]]:
    storage = open_storage(settings.storage_url or None, settings.data_dir)
    sets = {}
    for name, (escalation, author, audience) in SETS.items():
        with as_system(engine) as house:
            viewer = viewer_for(house, told["people"][author])
            house.commit()
        assert viewer
        with ViewerSession(engine, viewer) as session:
            only_for = told["people"]["g1b"] if name == "others" else None
            sets[name] = furnish(
                session,
                storage,
                settings.data_dir / "work",
                told["ids"][escalation],
                told["people"][author],
                name,
                audience,
                only_for,
            )
            session.commit()
    return sets
