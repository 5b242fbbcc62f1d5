"""One house and one Chromium for each file of journeys; visitors come and go."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import Engine
from sqlmodel import select

from app.access.participation import Audience
from app.access.session import as_system
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import Escalation
from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.speech.model_fetching import fetch_model
from tests.cast import Member
from tests.conftest import ON_POSTGRES
from tests.journeys.furnishing import Furnished, furnish
from tests.journeys.house import House, standing_house
from tests.journeys.visitors import Visitor, arrive
from tests.postgres import create_database, drop_database
from tests.recordings_room.serving import Server, cookie_of, free_port
from tests.speech.conftest import MODELS

BrowserFor = Callable[..., Visitor]
Opened = Callable[..., Page]
HOME = "/escalations/ACME-7K4"


@pytest.fixture(scope="module")
def house(database_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Empty, with mail and the speech model."""
    folder = tmp_path_factory.mktemp("house")
    model_dir = fetch_model(MODELS, print)
    if not ON_POSTGRES:
        with standing_house(folder, model_dir) as house:
            yield house
        return
    name = f"house_{uuid.uuid4().hex[:12]}"
    try:
        with standing_house(folder, model_dir, create_database(database_server, name)) as house:
            yield house
    finally:
        drop_database(database_server, name)


@pytest.fixture(scope="module")
def furnished(house: House) -> Iterator[Furnished]:
    """The same house, lived in."""
    lived_in = furnish(house)
    yield lived_in
    lived_in.engine.dispose()


@pytest.fixture
def browser_for(chromium: Browser, house: House) -> Iterator[BrowserFor]:
    """`browser_for("mark", viewport=PHONE, dark=True, javascript=False)`: a visitor. Any console error, script error
    or breach of the content policy in their browser fails the test, and so does any request to another host."""
    visitors: list[Visitor] = []

    def come(name: str, **wishes: object) -> Visitor:
        visitors.append(arrive(chromium, house, name, **wishes))  # type: ignore[arg-type]
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.wire.cut()
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def recordings() -> Path:
    return Path(__file__).parents[1] / "recordings"


@pytest.fixture(scope="module")
def place(
    template_database: tuple[str, dict[str, Member]], database_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Engine]]:
    """A server without a worker on a copy of the cast's world."""
    template, _ = template_database
    folder, name = tmp_path_factory.mktemp("craft"), f"craft_{uuid.uuid4().hex[:12]}"
    if ON_POSTGRES:
        url = create_database(database_server, name, template)
    else:
        shutil.copy(template, folder / "evenkeel.db")
        url = f"sqlite:///{folder / 'evenkeel.db'}"
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    settings = Settings(
        data_dir=folder,
        base_url=site,
        port=port,
        database_url=url,
        secret_key="for tests only, and long enough for them",
    )
    server, engine = Server(settings, port), open_database(url)
    server.start()
    yield server, engine
    server.kill()
    engine.dispose()
    if ON_POSTGRES:
        drop_database(database_server, name)


@pytest.fixture
def opened(chromium: Browser, place: tuple[Server, Engine], people: dict[str, Member]) -> Iterator[Opened]:
    """`opened("ben", "/inbox")`: somebody's own browser at a page. A script's mistake in it fails the test."""
    server, engine = place
    contexts: list[BrowserContext] = []
    mistakes: list[str] = []

    def at(nick: str, path: str, **wishes: object) -> Page:
        context = chromium.new_context(base_url=server.site, locale="en-GB", timezone_id="Europe/Berlin", **wishes)  # type: ignore[arg-type]
        name, token = cookie_of(engine, server.settings, people[nick].id)
        context.add_cookies([{"name": name, "value": token, "url": server.site}])
        context.set_default_timeout(20_000)
        context.on("weberror", lambda error: mistakes.append(str(error.error)))
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return with_keys(page)

    yield at
    for context in contexts:
        context.close()
    assert mistakes == []


def with_keys(page: Page) -> Page:
    """The page says so itself when its keys act."""
    page.locator("[data-open-palette][aria-keyshortcuts]").first.wait_for(state="attached")
    return page


@pytest.fixture
def topic(place: tuple[Server, Engine], people: dict[str, Member]) -> str:
    """A shared topic that Gus began; where it is."""
    with as_system(place[1]) as session:
        outage = session.exec(select(Escalation).where(Escalation.key == "ACME-7K4")).one()
        session.viewer = people["gus"].viewer
        began, _ = start_topic(
            session, outage, f"Last night {uuid.uuid4().hex[:4]}", Audience.shared, Words("It stopped at two. Why?")
        )
        session.commit()
    return f"{HOME}/discussion/{began}"
