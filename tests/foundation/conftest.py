"""Databases ready for jobs, one of each kind, and workers that never outlive their test."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from app.foundation.database import open_database
from app.foundation.jobs import JobState, enqueue, job_state
from app.foundation.jobs.queueing import prepare
from app.foundation.jobs.states import JOBS
from app.foundation.settings import Settings
from app.foundation.workers import HEARTBEATS, worker_is_alive
from tests.foundation.crew import start_worker
from tests.postgres import CHOSEN, create_database, drop_database, running_postgres


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@dataclass
class Yard:
    """A database, a folder for what the jobs leave, and the workers started so far."""

    settings: Settings
    engine: Engine
    folder: Path
    workers: list[Popen[bytes]] = field(default_factory=list)

    def ask(self, name: str, *ids: str, key: str | None = None) -> str:
        with Session(self.engine) as session:
            job_id = enqueue(session, name, str(self.folder), *ids, key=key)
            session.commit()
            return job_id

    def state(self, key: str) -> JobState:
        state = job_state(self.engine, key)
        assert state is not None, "nobody asked for that job"
        return state

    def is_staffed(self) -> bool:
        with Session(self.engine) as session:
            return worker_is_alive(session)

    def start(self, executor_id: str = "", *, parent: int | None = None) -> Popen[bytes]:
        worker = start_worker(self.settings, executor_id, parent=parent)
        self.workers.append(worker)
        return worker


@pytest.fixture(params=[os.environ[CHOSEN]] if CHOSEN in os.environ else ["sqlite", "postgresql"])
def yard(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Yard]:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    if request.param == "sqlite":
        url, clean_up = f"sqlite:///{data_dir / 'evenkeel.db'}", None
    else:
        base, name = request.getfixturevalue("postgres_url"), f"jobs-{uuid4().hex[:12]}"
        url, clean_up = create_database(base, name), lambda: drop_database(base, name)
    yield from _open_yard(Settings(data_dir=data_dir, database_url=url), tmp_path, clean_up)


@pytest.fixture
def small_yard(tmp_path: Path) -> Iterator[Yard]:
    """A yard on SQLite, for what does not depend on the database."""
    yield from _open_yard(
        Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'evenkeel.db'}"), tmp_path, None
    )


def _open_yard(settings: Settings, folder: Path, clean_up: Callable[[], None] | None) -> Iterator[Yard]:
    engine = open_database(settings.database)
    SQLModel.metadata.create_all(engine, tables=[JOBS, HEARTBEATS])
    prepare(settings.database)
    yard = Yard(settings, engine, folder)
    try:
        yield yard
    finally:
        for worker in yard.workers:
            worker.kill()
            worker.wait()
        engine.dispose()
        if clean_up:
            clean_up()


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("EVENKEEL_") and not name.startswith("EVENKEEL_TEST_"):
            monkeypatch.delenv(name)
