"""The whole database as a few hashes, so that a test can say: nothing was changed by this."""

import hashlib

from sqlalchemy import Engine, select
from sqlmodel import SQLModel

COUNTERS = {"allowance"}  # how often somebody tried is counted also when it was refused
SEEN = {("sign_in", "seen_at")}  # the one thing that reading writes


def state_of(engine: Engine) -> dict[str, str]:
    """A hash for each table; two states that are equal hold the same rows."""
    with engine.connect() as connection:
        found = {}
        for name, table in SQLModel.metadata.tables.items():
            if name not in COUNTERS:
                columns = [column for column in table.columns if (name, column.name) not in SEEN]
                rows = sorted(repr(tuple(row)) for row in connection.execute(select(*columns)))
                found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}
