"""One house and one Chromium for each file of journeys; visitors come and go."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.speech.model_fetching import fetch_model
from tests.conftest import ON_POSTGRES
from tests.journeys.furnishing import Furnished, furnish
from tests.journeys.house import House, standing_house
from tests.journeys.visitors import Visitor, arrive
from tests.postgres import create_database, drop_database
from tests.speech.conftest import MODELS

BrowserFor = Callable[..., Visitor]


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
