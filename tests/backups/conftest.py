"""A world in which everything is kept that a backup must keep, and empty places to restore it into."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel

from app.access.recognising import viewer_for
from app.access.session import ViewerSession, as_system
from app.concerns.raising import raise_concern
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.database import for_reading, open_database
from app.foundation.jobs import enqueue
from app.foundation.settings import Settings
from app.operating.backups.making import make_backup
from app.operating.backups.rows import read_rows
from app.operating.migrating import migrate
from app.operating.two_worlds.seeding import seed_world
from app.outbox.models import Letter, LetterState
from app.recordings.models import Upload
from tests.conftest import ON_POSTGRES, SITE
from tests.postgres import create_database, drop_database

Place = Callable[[str], Settings]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Most of this is about one file and its bytes; only tests that ask for `own_kind` are another on PostgreSQL."""
    if not ON_POSTGRES:
        return
    ours = [item for item in items if HERE in item.path.parents]
    alike = [item for item in ours if "own_kind" not in getattr(item, "fixturenames", ())]
    if alike:
        config.hook.pytest_deselected(items=alike)
        items[:] = [item for item in items if item not in alike]


@dataclass
class Filled:
    settings: Settings
    engine: Engine
    people: dict[str, str]
    ids: dict[str, str]

    def raise_concern(self, words: str) -> None:
        """An act of two rows and more in several tables."""
        with as_system(self.engine) as house:
            somebody = viewer_for(house, self.people["s1"])
            house.commit()
        assert somebody
        with ViewerSession(self.engine, somebody) as session:
            raise_concern(session, session.get_one(Escalation, self.ids["E1"]), words)
            session.commit()


@pytest.fixture(scope="session")
def place_for(database_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Settings of an empty place: `place_for("sqlite")`, or `place_for("postgresql")` where that is tested."""
    made: list[str] = []

    def place(kind: str) -> Settings:
        folder = tmp_path_factory.mktemp(kind) / "data"
        if kind == "sqlite":
            return Settings(data_dir=folder, database_url="", base_url=SITE)
        made.append(f"backup_{uuid.uuid4().hex[:12]}")
        return Settings(data_dir=folder, database_url=create_database(database_server, made[-1]), base_url=SITE)

    yield place
    for name in made:
        drop_database(database_server, name)


@pytest.fixture(scope="session")
def own_kind() -> str:
    """The database under test."""
    return "postgresql" if ON_POSTGRES else "sqlite"


@pytest.fixture(scope="session")
def filled(place_for: Place) -> Iterator[Filled]:
    settings = place_for("postgresql" if ON_POSTGRES else "sqlite")
    settings.data_dir.mkdir()
    engine = open_database(settings.database)
    migrate(settings, engine)
    told = seed_world(engine, settings, "A", 1)
    with as_system(engine) as session:
        _leave_work_behind(session, told)
        session.commit()
    yield Filled(settings, engine, told["people"], told["ids"])
    engine.dispose()


def _leave_work_behind(session: ViewerSession, told: dict[str, Any]) -> None:
    """A letter that left and one that waits, a job that nobody has begun, and half an upload."""
    guest, person = told["people"]["g1"], told["people"]["s1"]
    session.add(Letter(recipient_id=person, kind="news", key="left", state=LetterState.sent, sent_at=now()))
    session.add(Letter(recipient_id=guest, kind="news", key="waits"))
    enqueue(session, "remove_recording_media", "recordings/nothing/original", "nothing", "0", key="job-that-waits")
    session.add(
        Upload(
            id="half",
            escalation_id=told["ids"]["E1"],
            person_id=person,
            name="half.mp4",
            size=10,
            details="{}",
            expires_at=now(),
        )
    )


@pytest.fixture(scope="module")
def backup(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that nothing is wrong with."""
    return make_backup(filled.settings, filled.engine, tmp_path_factory.mktemp("backup") / "good.backup").path


def everything(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table of ours, as it is kept."""
    with for_reading(engine).connect() as connection:
        return {table.name: list(read_rows(connection, table)) for table in SQLModel.metadata.sorted_tables}


def files_of(settings: Settings) -> dict[str, bytes]:
    folder = settings.data_dir / "files"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
