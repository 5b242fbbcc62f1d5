"""What only one process at a time may do to a database, whoever else starts in the same moment."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, func, select

from app.foundation.database import is_sqlite
from app.foundation.settings import Settings

PAUSE = 0.2  # seconds between two tries to get the lock
LOCK = 0x45_56_4B_4C  # any number that nobody else locks: "EVKL"


@contextmanager
def one_at_a_time(settings: Settings, engine: Engine) -> Iterator[None]:
    if is_sqlite(engine):
        with _locked_file(settings.data_dir / "migrate.lock"):
            yield
        return
    # No transaction is open while the lock is held or waited for: the job library makes indexes concurrently, and those
    # wait for every transaction of the server to end.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(select(func.pg_try_advisory_lock(LOCK))):
            time.sleep(PAUSE)
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(LOCK)))


@contextmanager
def _locked_file(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
