"""FD30: migrations of a database in which people have worked lose no row."""

from sqlalchemy import Engine, MetaData, select, text

from alembic import command
from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.operating.migrating import alembic_config, migrate, pending
from tests.faults.server import Server


def test_migrating_again_from_any_step_leaves_every_row_as_it_was(server: Server) -> None:
    settings = Settings(data_dir=server.data_dir, database_url="")
    engine = open_database(settings.database)
    before = everything(engine)
    assert sum(map(len, before.values())) > 50
    with engine.connect() as connection, connection.begin():
        command.downgrade(alembic_config(connection), "0001")
    assert pending(engine)
    known = everything(engine).keys()  # what came with a later step goes with it on the way down
    migrate(settings, engine)
    assert not pending(engine)
    after = everything(engine)
    engine.dispose()
    # A step may add work for later, as the one does that fills the search anew; it takes nothing away.
    assert not {name: lost for name in known if (lost := before[name] - after[name])}
    assert server.is_whole()


def everything(engine: Engine) -> dict[str, set[str]]:
    """Of each table of ours: its rows."""
    metadata = MetaData()
    found: dict[str, set[str]] = {}
    with engine.connect() as connection:
        names = connection.scalars(text("select name from sqlite_master where type = 'table'")).all()
        ours = [name for name in names if not name.startswith(("search", "sqlite", "alembic", "dbos"))]
        metadata.reflect(connection, only=ours)
        for table in metadata.sorted_tables:
            found[table.name] = set(map(repr, connection.execute(select(table)).all()))
    return found
