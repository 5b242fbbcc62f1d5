"""Bringing the database to this version: our tables by Alembic, the job library's by itself, one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from alembic import command
from app.foundation.database import is_sqlite
from app.foundation.jobs.queueing import prepare
from app.foundation.rendering import part
from app.foundation.settings import Settings
from app.operating.turns import one_at_a_time
from app.operating.waiting import when_free
from app.operating.wholeness import CannotUse, look_for_damage


def migrate(settings: Settings, engine: Engine) -> None:
    """Safe to call from several processes that start at once; the later ones find nothing left to do."""

    def bring_up() -> None:
        look_for_damage(engine)
        refuse_newer(engine)
        with engine.connect() as connection, _rows_kept(connection), connection.begin():
            command.upgrade(alembic_config(connection), "head")
        prepare(settings.database)

    with one_at_a_time(settings, engine):
        when_free(bring_up)


def refuse_newer(engine: Engine) -> None:
    """After an update that was taken back, the tables are of a version that this one does not know."""
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
        known = {step.revision for step in script.walk_revisions()}
        here = MigrationContext.configure(connection).get_current_revision()
    if here is not None and here not in known:
        raise CannotUse(
            f"This database belongs to a newer version of Evenkeel (its tables are of step {here}). Install that version, or "
            "restore a backup from before the update into an empty place. Nothing was touched."
        )


def pending(engine: Engine) -> list[str]:
    """The revisions this database still lacks. CannotUse where it is ahead of this version."""
    refuse_newer(engine)
    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
        script = ScriptDirectory.from_config(alembic_config(connection))
        return [step.revision for step in script.iterate_revisions("head", here)]


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(part("alembic")))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _rows_kept(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; with foreign keys on, dropping the old one would delete its children."""
    if not is_sqlite(connection.engine):
        yield
        return
    raw = connection.connection.driver_connection
    if raw is None:
        raise LookupError("the connection is closed")
    raw.execute("pragma foreign_keys=off")
    try:
        yield
        if raw.execute("pragma foreign_key_check").fetchone():
            raise RuntimeError("a migration left rows that point nowhere")
    finally:
        raw.execute("pragma foreign_keys=on")
