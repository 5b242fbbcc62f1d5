"""What is asked on the event loop, without waiting."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, bindparam
from sqlmodel import SQLModel, col, select

from app.access.session import as_system
from app.foundation.database import open_database
from app.foundation.glance import Glance, NotAtOnce
from app.people.models import Account, Person, Role, Side


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "glanced-at.db"


@pytest.fixture
def opened(file: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{file}")
    SQLModel.metadata.create_all(engine)
    with as_system(engine) as session:
        session.add(Person(id="p1", side=Side.staff, name="Ben Okafor", handle="ben"))
        session.flush()
        session.add(Account(person_id="p1", email="ben@x.example", realm="staff", role=Role.manager))
        session.commit()
    yield engine
    engine.dispose()


@pytest.fixture
def statement():
    columns = (Person.name, Person.side, Account.role, Account.shortcuts, Account.deactivated_at, Person.created_at)
    joined = select(*columns).join(Account, col(Account.person_id) == Person.id)
    return joined.where(Person.id == bindparam("id"))


def test_a_glance_gives_what_the_statement_gives(opened, statement):
    glance = Glance(opened, statement)
    with opened.connect() as connection:
        row = connection.execute(statement, {"id": "p1"}).one()
    seen = glance({"id": "p1"})
    assert tuple(seen) == tuple(row) and (seen.role, seen.side) == (Role.manager, Side.staff)
    assert glance({"id": "p2"}) is None


def test_it_sees_at_once_what_was_committed(opened, statement):
    glance = Glance(opened, statement)
    assert glance({"id": "p1"}).name == "Ben Okafor"
    with as_system(opened) as session:
        session.get_one(Person, "p1").name = "Ben Adeyemi"
        session.commit()
    assert glance({"id": "p1"}).name == "Ben Adeyemi"


def test_it_waits_for_no_lock_and_goes_on_when_it_is_gone(opened, statement, file):
    glance = Glance(opened, statement)
    opened.dispose()
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("pragma locking_mode=exclusive")
    holder.execute("begin exclusive")
    with pytest.raises(NotAtOnce):
        glance({"id": "p1"})
    holder.close()
    assert glance({"id": "p1"}).name == "Ben Okafor"


def test_it_is_closed_with_the_database_which_puts_its_log_away(opened, statement, file):
    glance = Glance(opened, statement)
    glance({"id": "p1"})
    log = file.with_name(f"{file.name}-wal")
    assert log.exists()
    opened.dispose()
    assert not log.exists()
    assert glance({"id": "p1"}).name == "Ben Okafor"
