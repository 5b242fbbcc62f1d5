"""Counting what is there, and removing the demo with the jobs that this asks for."""

import pytest
from sqlalchemy import func, select, text
from sqlmodel import SQLModel

from app.access.session import as_system
from app.demo.removing import remove_demo
from app.foundation.jobs import JobRecord, registered_jobs
from app.search.schema import TABLES
from tests.asked import Context

MACHINERY = {"job", "worker_heartbeat"}  # work that was asked for is remembered


@pytest.fixture
def count(engine):
    """How many rows every table holds."""

    def counting():
        with engine.connect() as connection:
            tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in MACHINERY]
            counts = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
            }
            return counts | {
                name: connection.execute(text(f"select count(*) from {name}")).scalar_one() for name in TABLES
            }

    return counting


@pytest.fixture
def files(settings):
    return lambda: {
        path.relative_to(settings.data_dir)
        for path in settings.data_dir.rglob("*")
        if path.is_file() and not path.name.startswith("evenkeel.db")
    }


@pytest.fixture
def remove(engine, settings):
    def removing():
        with as_system(engine) as session:
            before = {asked.id for asked in session.execute(select(JobRecord)).scalars()}
            remove_demo(session)
            session.commit()
            asked = [job for job in session.execute(select(JobRecord)).scalars() if job.id not in before]
            session.commit()
        for job in asked:
            registered_jobs()[job.name].function(Context(engine, settings), *job.arguments)

    return removing
