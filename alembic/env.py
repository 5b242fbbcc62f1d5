"""Migrations run on the connection the program hands over, or on the database of the settings when `alembic` is called by
hand to write a new one; with the tables of every domain imported."""

from sqlalchemy import Connection
from sqlmodel import SQLModel

from alembic import context
from app import mounted
from app.foundation.database import open_database
from app.foundation.settings import load_settings

mounted.routers()
OURS = set(SQLModel.metadata.tables)


def is_ours(thing: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
    """The job library and the search indexes keep tables of their own in the same database."""
    return kind != "table" or name in OURS


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        include_object=is_ours,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    with open_database(load_settings().database).connect() as own:
        run(own)
