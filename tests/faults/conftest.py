"""Real servers on copies of one small database. Nearly all of this is about files and processes and runs on SQLite alone;
a test that asks for `on_postgresql` is the other way round."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlmodel import select

from app import mounted
from app.access.participation import Audience
from app.access.session import ViewerSession, as_system
from app.discussion.releasing import release_due
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.meetings.agenda.writing import add_item
from app.meetings.models import Note
from app.meetings.planning import Plan, plan_meeting
from app.operating.migrating import migrate
from app.outbox.models import Letter
from app.people.models import Person
from app.sign_in import sessions
from app.sign_in.personal_tokens.making import make_token
from app.sign_in.personal_tokens.models import Scope
from app.timeline.models import Errand
from tests.cast import Member, assemble
from tests.conftest import ON_POSTGRES
from tests.faults.server import KEY, Furniture, Server

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(300))  # several starts of a server, each slow on a busy machine
    elsewhere = [
        item
        for item in items
        if HERE in item.path.parents and ("on_postgresql" in getattr(item, "fixturenames", ())) != ON_POSTGRES
    ]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]


@pytest.fixture(scope="session")
def on_postgresql(database_server: str) -> str:
    return database_server


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Furniture]:
    """A data folder to copy: migrated, with the cast, their sign-ins, a topic and a meeting with notes."""
    data_dir = tmp_path_factory.mktemp("faults") / "data"
    data_dir.mkdir()
    settings = Settings(data_dir=data_dir, database_url="")
    furniture = furnish(settings)
    return data_dir, furniture


def furnish(settings: Settings) -> Furniture:
    mounted.routers()
    engine = open_database(settings.database)
    migrate(settings, engine)
    with as_system(engine) as session:
        people = assemble(session)
        furniture = _use_the_rooms(session, people, settings)
        for table in (Letter, Errand):  # an empty outbox and no news to spread: each letter has its cause in the test
            session.execute(delete(table))
        session.commit()
    engine.dispose()
    return furniture


@pytest.fixture
def server(furnished: tuple[Path, Furniture], tmp_path: Path) -> Iterator[Server]:
    """Not started yet."""
    template, furniture = furnished
    found = Server(Path(shutil.copytree(template, tmp_path / "data")), furniture)
    yield found
    found.close()


@pytest.fixture(scope="module")
def standing(furnished: tuple[Path, Furniture], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that runs for a whole file of tests, for faults that it must shrug off."""
    template, furniture = furnished
    found = Server(Path(shutil.copytree(template, tmp_path_factory.mktemp("standing") / "data")), furniture)
    try:
        yield found.start()
    finally:
        found.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Mounts a disk of 24 MB and says where."""
    place = tmp_path / "disk"

    def mount() -> Path:
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", place], check=True)
        return place

    yield mount
    if place.exists():
        subprocess.run(["umount", "-l", place], check=True)


def can_mount(folder: Path) -> bool:
    """Containers often may not, even as root."""
    if os.geteuid():
        return False
    tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True)
    return tried.returncode == 0


def _use_the_rooms(session: ViewerSession, people: dict[str, Member], settings: Settings) -> Furniture:
    tokens = {nick: sessions.start(session, session.get_one(Person, who.id)) for nick, who in people.items()}
    outage = session.exec(select(Escalation).where(Escalation.key == KEY)).one()
    session.viewer = people["ben"].viewer
    topic, _ = start_topic(session, outage, "The import", Audience.shared, Words("It began on Monday."))
    release_due(session, now() + timedelta(minutes=1))  # or guests would find the topic a moment later only
    tomorrow = (now() + timedelta(days=1)).replace(tzinfo=None, second=0, microsecond=0)
    meeting = plan_meeting(session, outage, Plan("Daily call", tomorrow, 30, "Europe/Berlin"))
    item = add_item(session, meeting, "Where we stand")
    note = session.exec(select(Note).where(Note.agenda_item_id == item.id, Note.audience == Audience.internal)).one()
    program = make_token(session, "A program", Scope.write)
    return Furniture(people, tokens, topic, meeting.id, note.id, program.token)
