"""Migrations bring a filled database up without losing a row, agree with the models, and bear being run twice at once."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, Table, inspect, select, text
from sqlmodel import SQLModel

from alembic import command
from app.access.session import as_system
from app.api.models import KeptAnswer
from app.concerns.raising import raise_concern
from app.escalations.doors import find_escalation
from app.foundation.clock import now
from app.foundation.database import WHERE, open_database
from app.foundation.settings import Settings
from app.meetings.models import Meeting
from app.operating.migrating import alembic_config, migrate, pending
from app.operating.wholeness import CannotUse
from app.search.following import follow
from app.search.schema import TABLES
from app.sign_in.personal_tokens.models import PersonalToken, Scope
from app.timeline.recording import READERS
from tests.cast import assemble
from tests.conftest import ON_POSTGRES
from tests.postgres import create_database, drop_database


@pytest.fixture
def empty(tmp_path, database_server) -> Iterator[Settings]:
    if not ON_POSTGRES:
        yield Settings(data_dir=tmp_path)
        return
    name = f"empty_{uuid.uuid4().hex[:12]}"
    yield Settings(data_dir=tmp_path, database_url=create_database(database_server, name))
    drop_database(database_server, name)


def upgrade(engine: Engine, revision: str) -> None:
    with engine.connect() as connection, connection.begin():
        command.upgrade(alembic_config(connection), revision)


def rows(engine: Engine, columns: dict[str, set[str]]) -> dict[str, list[str]]:
    """Every row of every table of ours, as text: of the columns that are named."""
    with engine.connect() as connection:
        return {
            table.name: sorted(
                str(tuple(row))
                for row in connection.execute(
                    select(*(one for one in table.columns if one.name in columns[table.name]))
                )
            )
            for table in SQLModel.metadata.sorted_tables
            if table.name in columns and table.name not in ("errand", "job", "worker_heartbeat")
        }


def columns_of(engine: Engine) -> dict[str, set[str]]:
    look = inspect(engine)
    return {table: {column["name"] for column in look.get_columns(table)} for table in look.get_table_names()}


def test_a_filled_database_comes_up_with_every_row(empty):
    engine = open_database(empty.database)
    upgrade(engine, "0001")
    with as_system(engine) as session:
        people = assemble(session)
        session.viewer = people["ben"].viewer
        raise_concern(session, find_escalation(session, "ACME-7K4"), "Invoices go out twice")
        session.commit()
    then = columns_of(engine)
    before = rows(engine, then)
    assert sum(map(len, before.values())) > 50 and pending(engine) != []
    migrate(empty, engine)
    assert rows(engine, then) == before and pending(engine) == []
    with as_system(engine) as session:
        follow(session, empty, now())
        session.commit()
    with engine.connect() as connection:
        found = connection.exec_driver_sql(f"select count(*) from {TABLES[1]}").scalar_one()
    assert found > 0
    engine.dispose()


def test_the_migrations_make_the_tables_that_the_models_describe(empty):
    engine = open_database(empty.database)
    migrate(empty, engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda thing, name, kind, *_: kind != "table" or name in ours,
            },
        )
        ours = set(SQLModel.metadata.tables)
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_keys_and_partial_indexes_are_those_of_the_models(empty):
    """What the comparison above does not look at."""
    engine = open_database(empty.database)
    migrate(empty, engine)
    look = inspect(engine)
    for table in SQLModel.metadata.sorted_tables:
        assert look.get_pk_constraint(table.name)["constrained_columns"] == table.primary_key.columns.keys(), table.name
        partly = {index.name: index.info[WHERE] for index in table.indexes if WHERE in index.info}
        found = {
            index["name"]: str(index["dialect_options"][f"{engine.dialect.name}_where"]).strip("()").lower()
            for index in look.get_indexes(table.name)
            if f"{engine.dialect.name}_where" in index.get("dialect_options", {})
        }
        assert found == partly, table.name
    engine.dispose()


def test_what_waits_to_be_told_still_waits_afterwards(empty):
    engine = open_database(empty.database)
    upgrade(engine, "0012")
    with as_system(engine) as session:
        session.viewer = assemble(session)["ben"].viewer
        raise_concern(session, find_escalation(session, "ACME-7K4"), "Invoices go out twice")
        session.commit()
    waiting = text("select reader, entry_id, tries, not_before from errand order by reader, entry_id")
    with engine.connect() as connection:
        before = connection.execute(waiting).all()
    assert {reader for reader, *_ in before} == set(READERS)
    migrate(empty, engine)
    with engine.connect() as connection:
        assert connection.execute(waiting).all() == before
    engine.dispose()


def test_several_processes_may_migrate_at_once(empty):
    engines = [open_database(empty.database) for _ in range(3)]
    with ThreadPoolExecutor() as together:
        list(together.map(lambda engine: migrate(empty, engine), engines))
    assert all(pending(engine) == [] for engine in engines)
    for engine in engines:
        engine.dispose()


def test_a_database_of_a_newer_version_is_left_alone_and_named(empty):
    engine = open_database(empty.database)
    migrate(empty, engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    for refuse in (lambda: migrate(empty, engine), lambda: pending(engine)):
        with pytest.raises(CannotUse, match=r"newer version .* step 9999"):
            refuse()
    engine.dispose()


ANSWERS = {
    "sent": (
        "/api/v1/escalations/ACME-7K4/topics/t/messages/abcdefgh12345678",
        '{"id": "abcdefgh12345678", "text": "w"}',
    ),
    "held": ("/api/v1/escalations/ACME-7K4/topics/t/held", '{"id": "heldheld12345678", "text": "w"}'),
    "other": ("/api/v1/escalations/ACME-7K4/concerns/c", '{"id": "c"}'),
}


def test_guests_calendars_go_on_counting_where_they_stood(empty):
    engine = open_database(empty.database)
    upgrade(engine, "0014")
    with as_system(engine) as session:
        assemble(session)
        escalation = find_escalation(session, "ACME-7K4").id
    meeting = Meeting(
        escalation_id=escalation, title="Call", starts_at=now(), ends_at=now(), zone="Europe/Berlin", sequence=3
    )
    with engine.begin() as connection:
        before = Table("meeting", MetaData(), autoload_with=connection)
        values = {name: value for name, value in meeting.model_dump(mode="python").items() if name in before.c}
        connection.execute(before.insert(), values | {"state": "planned", "audience": "internal"})
    migrate(empty, engine)
    with as_system(engine) as session:
        assert session.exec(select(Meeting.sequence, Meeting.shared_sequence)).all() == [(3, 3)]
    engine.dispose()


def test_answers_kept_from_before_come_to_know_their_message(empty):
    engine = open_database(empty.database)
    upgrade(engine, "0011")
    with as_system(engine) as session:
        ben = assemble(session)["ben"]
        named = {"token_hash": "hash", "beginning": "ev", "name": "Import", "scope": Scope.write}
        token = PersonalToken(person_id=ben.id, expires_at=now(), **named)
        session.add(token)
        session.commit()
    kept = "insert into kept_answer (token_id, key, asked, status, location, body, answered_at) values "
    with engine.begin() as connection:
        for key, (location, body) in ANSWERS.items():
            given = {"token_id": token.id, "key": key, "location": location, "body": body}
            connection.execute(
                text(kept + "(:token_id, :key, 'hash', 201, :location, :body, '2026-11-26 10:00:00')"), given
            )
    migrate(empty, engine)
    with as_system(engine) as session:
        found = dict(session.exec(select(KeptAnswer.key, KeptAnswer.message_id)).all())
    assert found == {"sent": "abcdefgh12345678", "held": "heldheld12345678", "other": None}
    engine.dispose()
