"""Brings a kept house to the tables of this checkout where migrating alone cannot: a migration that is still being written
may have been run already when it gained a column. Saves filling a million rows anew."""

from typing import Any

from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import Operations, ops
from sqlalchemy import Boolean, DefaultClause, Engine, Integer, Numeric, text
from sqlmodel import SQLModel

KINDS = (ops.AddColumnOp, ops.CreateTableOp, ops.CreateIndexOp)


def catch_up(engine: Engine) -> None:
    ours = set(SQLModel.metadata.tables)
    with engine.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": lambda thing, name, kind, *_: kind != "table" or name in ours}
        )
        missing = produce_migrations(context, SQLModel.metadata).upgrade_ops
        for step in _flat(missing.ops if missing else []):
            if isinstance(step, KINDS):
                if isinstance(step, ops.AddColumnOp) and not step.column.nullable:
                    step.column.server_default = DefaultClause(_nothing(step.column.type))
                Operations(context).invoke(step)


def _flat(steps: Any) -> Any:
    for step in steps:
        if isinstance(step, ops.ModifyTableOps):
            yield from _flat(step.ops)
        else:
            yield step


def _nothing(kind: Any) -> Any:
    """What a row of before has in a column that must have something."""
    return (
        text("false")
        if isinstance(kind, Boolean)
        else text("0")
        if isinstance(kind, (Integer, Numeric))
        else text("''")
    )
