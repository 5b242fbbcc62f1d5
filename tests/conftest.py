"""A fresh database with the cast in it for every test, on SQLite or PostgreSQL as EVENKEEL_TEST_DATABASE says."""

import gc
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import Engine
from sqlmodel import SQLModel, select
from starlette.testclient import TestClient

from app import mounted
from app.access.session import ViewerSession, as_system
from app.access.viewer import SYSTEM
from app.escalations.models import Escalation
from app.foundation import clock, database
from app.foundation.database import for_reading, open_database
from app.foundation.settings import Settings
from app.main import build_site
from app.people.models import Person
from app.search import schema as search_schema
from app.sign_in import sessions
from tests.cast import Member, assemble
from tests.chromium import launch
from tests.mailbox import Mailbox
from tests.postgres import CHOSEN, create_database, running_postgres
from tests.reused import Reused, ReusedDatabase, ReusedFile
from tests.spreading import spread

SITE = "https://evenkeel.test"
ON_POSTGRES = os.environ.get(CHOSEN, "sqlite") == "postgresql"
FROM_OUR_PAGE = {"sec-fetch-site": "same-origin"}
# A test's data need not survive a power cut, and syncing it would be most of the run; processes of their own do sync.
database.SQLITE_PRAGMAS = tuple(
    pragma.replace("synchronous=full", "synchronous=off") for pragma in database.SQLITE_PRAGMAS
)
# Whoever is given a database of the kind under test asks for one of these, directly or through another fixture.
OF_THAT_KIND = {"database_server", "yard"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is given no database, or makes itself one of SQLite, is the same on PostgreSQL: it runs once, on SQLite."""
    if ON_POSTGRES:
        alike = [item for item in items if OF_THAT_KIND.isdisjoint(getattr(item, "fixturenames", ()))]
        if alike:
            config.hook.pytest_deselected(items=alike)
            kept = set(items) - set(alike)
            items[:] = [item for item in items if item in kept]
    items[:] = spread(items)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it again and again is a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """PostgreSQL's own URL, or nothing where SQLite is tested."""
    if not ON_POSTGRES:
        yield ""
        return
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def template_database(database_server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Member]]:
    """A database with the tables and the cast, copied for each test because that is far quicker than making it anew."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    if ON_POSTGRES:
        url = create_database(database_server, name)
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'evenkeel.db'}"
    engine = open_database(url)
    create_schema(engine, url)
    with as_system(engine) as session:
        people = assemble(session)
    if not ON_POSTGRES:
        with engine.connect() as connection:
            connection.exec_driver_sql("commit")
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    engine.dispose()
    return (name if ON_POSTGRES else url.removeprefix("sqlite:///")), people


def create_schema(engine: Engine, url: str) -> None:
    mounted.routers()  # imports every table
    SQLModel.metadata.create_all(engine)
    with engine.begin() as connection:
        search_schema.create(connection)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One for all tests of a process: Playwright's loop stays in the thread that started it, so there is no second."""
    expect.set_options(timeout=30_000)  # five seconds unless told so, which a machine under full load does not keep
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def people(template_database: tuple[str, dict[str, Member]]) -> dict[str, Member]:
    return template_database[1]


@pytest.fixture(scope="session")
def reused_database(
    template_database: tuple[str, dict[str, Member]], database_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reused]:
    yield from reused_copy(template_database[0], database_server, tmp_path_factory)


def reused_copy(template: str, server: str, places: pytest.TempPathFactory) -> Iterator[Reused]:
    reused = (
        ReusedDatabase(server, f"test_{uuid.uuid4().hex[:12]}", template)
        if ON_POSTGRES
        else ReusedFile(places.mktemp("reused"), Path(template))
    )
    yield reused
    reused.remove()


@pytest.fixture
def database_url(reused_database: Reused) -> Iterator[str]:
    yield reused_database.url
    reused_database.put_back()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    (tmp_path / "data").mkdir()
    return Settings(
        data_dir=tmp_path / "data",
        base_url=SITE,
        database_url=database_url,
        secret_key="for tests only, and long enough for them",
    )


@pytest.fixture
def engine(reused_database: Reused, database_url: str) -> Engine:
    return reused_database.engine


@pytest.fixture
def site(settings: Settings, engine: Engine):
    return build_site(settings, engine)


@pytest.fixture
def session(engine: Engine) -> Iterator[ViewerSession]:
    """The system's session: sees everything."""
    with as_system(engine) as session:
        yield session


@pytest.fixture
def ask(engine: Engine) -> Callable[[Any], list[Any]]:
    """Reads as the system, in a session of its own each time."""

    def run(statement: Any) -> list[Any]:
        with as_system(for_reading(engine)) as session:
            return list(session.exec(statement))

    return run


@pytest.fixture
def looking_as(engine: Engine, people: dict[str, Member]) -> Iterator[Callable[[str], ViewerSession]]:
    """Opens a reading session on behalf of one of the cast: `looking_as("gus")`."""
    opened: list[ViewerSession] = []

    def look(nick: str) -> ViewerSession:
        opened.append(ViewerSession(for_reading(engine), people[nick].viewer if nick != "system" else SYSTEM))
        return opened[-1]

    yield look
    for session in opened:
        session.close()


@pytest.fixture
def as_(site, engine: Engine, people: dict[str, Member], settings: Settings) -> Iterator[Callable[[str], TestClient]]:
    """A browser in which one of the cast is signed in: `as_("gus").get("/")`; `as_("")` for nobody."""
    clients: dict[str, TestClient] = {}

    def browser(nick: str) -> TestClient:
        if nick not in clients:
            client = TestClient(
                site, base_url=SITE, follow_redirects=False, headers=FROM_OUR_PAGE, raise_server_exceptions=False
            )
            clients[nick] = client.__enter__()
            if nick:
                with as_system(engine) as session:
                    token = sessions.start(session, session.get_one(Person, people[nick].id))
                    session.commit()
                client.cookies.set(sessions.cookie_name(settings), token, domain="evenkeel.test")
        return clients[nick]

    yield browser
    for client in clients.values():
        client.__exit__(None, None, None)


@pytest.fixture
def outage(session: ViewerSession) -> Escalation:
    """ACME-7K4: Ben's, with Gus and Gil as guests."""
    return _by_key(session, "ACME-7K4")


@pytest.fixture
def migration(session: ViewerSession) -> Escalation:
    """ACME-2M9: the same customer's other escalation, with Gwen."""
    return _by_key(session, "ACME-2M9")


@pytest.fixture
def elsewhere(session: ViewerSession) -> Escalation:
    """GLOB-5Q2: another customer's, with Eve."""
    return _by_key(session, "GLOB-5Q2")


@pytest.fixture
def hidden(session: ViewerSession) -> Escalation:
    """ACME-9XX: restricted to Ada."""
    return _by_key(session, "ACME-9XX")


@pytest.fixture(autouse=True)
def real_clock() -> Iterator[None]:
    yield
    clock.set_clock("")


def _by_key(session: ViewerSession, key: str) -> Escalation:
    found = session.exec(select(Escalation).where(Escalation.key == key)).one()
    session.commit()  # ends the transaction, so that the page under test can write
    return found


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that is running; give its `url` to settings.smtp_url."""
    server = Mailbox()
    server.start()
    yield server
    server.stop()
