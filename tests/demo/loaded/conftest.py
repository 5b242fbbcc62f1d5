"""The cast's world with the demo in it: Adm loaded it once, and each test gets a copy of database and files."""

import shutil
import uuid

import pytest

from app.access.recognising import viewer_for
from app.access.session import as_system
from app.demo.loading import load_demo
from app.demo.marking import marked, the_demo
from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.people.models import Person
from tests.conftest import ON_POSTGRES, reused_copy
from tests.postgres import create_database


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def template_database(template_database, database_server, demo_files):
    template, people = template_database
    if ON_POSTGRES:
        name = f"demo_{uuid.uuid4().hex[:12]}"
        url = create_database(database_server, name, template)
    else:
        name = str(demo_files / "evenkeel.db")
        shutil.copy(template, name)
        url = f"sqlite:///{name}"
    engine = open_database(url)
    settings = Settings(data_dir=demo_files, database_url=url, secret_key="for tests only, and long enough for them")
    with as_system(engine) as session:
        load_demo(session, settings, people["adm"].id)
        session.commit()
    if not ON_POSTGRES:
        with engine.connect() as connection:
            connection.exec_driver_sql("commit")
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    engine.dispose()
    return name, people


@pytest.fixture(scope="session")
def reused_database(template_database, database_server, tmp_path_factory):
    """One of these tests alone: the others go on without the demo."""
    yield from reused_copy(template_database[0], database_server, tmp_path_factory)


@pytest.fixture
def settings(settings, demo_files):
    shutil.copytree(demo_files / "files", settings.data_dir / "files")
    return settings


@pytest.fixture
def demo(engine, settings):
    """The escalation."""
    with as_system(engine) as session:
        found = the_demo(session)
        session.expunge_all()
    return found


@pytest.fixture
def demo_people(engine, demo):
    """The made-up people as viewers, by their first name."""
    with as_system(engine) as session:
        persons = [session.get_one(Person, person_id) for person_id in marked(session, "person")]
        return {person.name.split()[0]: viewer_for(session, person.id) for person in persons}
