"""A start does only what has to be done: an up-to-date, whole database is opened and nothing else."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from alembic import command
from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.operating.migrating import alembic_config, pending
from app.operating.readiness import make_ready, newest_revision
from app.operating.wholeness import is_known_to_be_whole
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
