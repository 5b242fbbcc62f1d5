"""What every start makes sure of: a database that is whole and of this version. Where it is, that costs two small reads."""

import subprocess
import sys

from sqlalchemy import Engine, inspect, text

from app.foundation.database import for_reading, open_database
from app.foundation.rendering import part
from app.foundation.settings import Settings
from app.operating.waiting import when_free
from app.operating.wholeness import is_known_to_be_whole, look_for_damage, note_that_it_is_whole


def make_ready(settings: Settings) -> None:
    engine = open_database(settings.database)
    try:
        if not when_free(lambda: is_current(engine)):
            _migrate_apart()
        elif is_known_to_be_whole(settings):
            return
        else:
            when_free(lambda: look_for_damage(engine))
    finally:
        engine.dispose()
    note_that_it_is_whole(settings)


def is_current(engine: Engine) -> bool:
    """Looked up without waiting for whoever is writing."""
    with for_reading(engine).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.scalars(text("select version_num from alembic_version")).all() == [newest_revision()]


def newest_revision() -> str:
    """By the names of the files, which begin with their numbers: asking Alembic would take longer than all the rest."""
    return max(file.name.partition("_")[0] for file in part("alembic").glob("versions/[0-9]*_*.py"))


def _migrate_apart() -> None:
    """In a process of its own: what migrating needs would stay in the memory of a server for as long as it runs."""
    done = subprocess.run([sys.executable, "-m", "app.command", "migrate"], stdout=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(done.returncode)  # it has said why
