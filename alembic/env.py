"""Migrations run on the connection the program hands over, with the tables of every domain imported."""

from sqlalchemy import Connection
from sqlmodel import SQLModel

from alembic import context
from app import mounted

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


run(context.config.attributes["connection"])
