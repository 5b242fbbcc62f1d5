"""A start does only what has to be done: an up-to-date, whole database is opened and nothing else."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from alembic import command
from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.operating import waiting
from app.operating.migrating import alembic_config, pending
from app.operating.readiness import make_ready, newest_revision
from app.operating.waiting import WAITING, when_free
from app.operating.wholeness import CannotUse, is_known_to_be_whole
from tests.faults.acts import write
from tests.faults.conftest import furnish
from tests.faults.server import Server

READY = "import sys; from app.foundation.settings import Settings; from app.operating import readiness; readiness.make_ready(Settings())"


@pytest.fixture
def server(tmp_path: Path):
    (tmp_path / "data").mkdir()
    found = Server(tmp_path / "data", furnish(Settings(data_dir=tmp_path / "data", database_url="")))
    yield found
    found.close()


def test_the_newest_revision_is_alembics_head(engine) -> None:
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
    assert script.get_current_head() == newest_revision()


def test_a_start_goes_from_behind_to_current_and_from_unknown_to_known_whole(server: Server) -> None:
    settings = Settings(data_dir=server.data_dir, database_url="")
    engine = open_database(settings.database)
    with engine.connect() as connection, connection.begin():
        command.downgrade(alembic_config(connection), "0006")
    assert pending(engine)
    engine.dispose()
    server.start("--no-worker")
    assert not pending(engine)
    assert write(server.browser("ben"), server, "after coming up").status_code == 303
    engine.dispose()
    assert not is_known_to_be_whole(settings) or server.data_dir.joinpath("evenkeel.db-wal").stat().st_size
    assert server.stop() == 0
    assert is_known_to_be_whole(settings)


@pytest.mark.parametrize("end", [Server.stop, Server.kill9])
def test_damage_after_the_last_stop_is_named_however_it_stopped(
    end: Callable[[Server], object], server: Server
) -> None:
    server.start("--no-worker")
    end(server)
    with server.database() as database:
        database.execute("pragma wal_checkpoint(truncate)")
    with (server.data_dir / "evenkeel.db").open("r+b") as file:
        for page in range(20, file.seek(0, 2) // 4096, 3):
            file.seek(page * 4096)
            file.write(b"\xa5" * 4096)
    answer = server.ask("serve")
    assert answer.returncode == 1 and answer.stderr.startswith("evenkeel: The database is damaged")


def test_an_up_to_date_database_is_opened_without_what_migrates_it(server: Server) -> None:
    make_ready(Settings(data_dir=server.data_dir, database_url=""))
    program = f"{READY}; sys.exit(bool({{'alembic', 'dbos', 'fastapi'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], env=server.surroundings()).returncode == 0


def test_while_another_program_writes_for_long_a_start_waits_and_says_so(server: Server) -> None:
    """As beside `evenkeel demo`. A database of this version is only read; one that is behind has to be written to."""
    settings = Settings(data_dir=server.data_dir, database_url="")
    with server.database() as writing:
        writing.execute("begin immediate")
        server.start("--no-worker")
        assert server.stop() == 0 and WAITING not in server.log()
    engine = open_database(settings.database)
    with engine.connect() as connection, connection.begin():
        command.downgrade(alembic_config(connection), "0006")
    engine.dispose()
    with server.database() as writing:
        writing.execute("begin immediate")
        server.launch("--no-worker")
        server.wait_until(lambda: WAITING in server.log(), "word that it waits")
        writing.execute("rollback")
    server.wait_until(server.is_ready, "answer")
    assert "Traceback" not in server.log() and server.log().count(WAITING) == 1
    assert not pending(engine)


def test_whoever_waits_in_vain_says_why_it_ends(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.0)
    engine = create_engine(f"sqlite:///{server.data_dir}/evenkeel.db", connect_args={"timeout": 0.1})

    def write_one_row() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("insert into workspace (id, name) values (7, 'x')")

    with server.locked(), pytest.raises(CannotUse, match="Another program holds the database"):
        when_free(write_one_row)
    engine.dispose()
