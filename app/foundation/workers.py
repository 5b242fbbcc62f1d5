"""Which worker processes are alive: each one leaves its heartbeat in the database."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Table, delete, func, or_, select, update
from sqlmodel import Field, Session, SQLModel

ALIVE_WITHIN = timedelta(seconds=20)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class WorkerHeartbeat(SQLModel, table=True):
    """A worker that runs jobs, and when it was last seen. Open to every process of ours, shown to nobody."""

    __tablename__ = "worker_heartbeat"

    executor_id: str = Field(primary_key=True, max_length=200)
    seen_at: datetime
    started_at: datetime
    claimed_by: str | None = Field(default=None, max_length=200)  # who is taking over what it left behind


HEARTBEATS: Table = SQLModel.metadata.tables["worker_heartbeat"]
_seen = HEARTBEATS.c


def worker_is_alive(session: Session) -> bool:
    """Whether anybody is there to run jobs."""
    # On the connection, because this table belongs to no escalation and knows no viewer.
    return is_recent(session, session.connection().scalar(select(newest_heartbeat())))


def newest_heartbeat() -> Any:
    """As part of a statement."""
    return select(func.max(_seen.seen_at)).scalar_subquery()


def is_recent(session: Session, heartbeat: datetime | None) -> bool:
    return heartbeat is not None and heartbeat > real_time(session.connection()) - ALIVE_WITHIN


def last_heartbeat(session: Session) -> datetime | None:
    """When a worker was last heard of, if ever."""
    newest = session.connection().scalar(select(func.max(_seen.seen_at)))
    return newest if newest and newest > LONG_AGO else None


def announce(connection: Connection, executor_id: str) -> bool:
    """Say that this worker starts. False while another one is still taking over its predecessor's work."""
    now = real_time(connection)
    entry = insert_for(connection)(HEARTBEATS).values(executor_id=executor_id, seen_at=now, started_at=now)
    entry = entry.on_conflict_do_update(
        index_elements=[_seen.executor_id],
        set_={"seen_at": now, "started_at": now, "claimed_by": None},
        where=_seen.claimed_by.is_(None),
    )
    return connection.execute(entry.returning(_seen.executor_id)).first() is not None


def beat(connection: Connection, executor_id: str) -> bool:
    """Say that this worker lives. False when it was thought dead and its work was taken over."""
    mine = update(HEARTBEATS).where(_seen.executor_id == executor_id, _seen.claimed_by.is_(None))
    return connection.execute(mine.values(seen_at=real_time(connection))).rowcount == 1


def leave(connection: Connection, executor_id: str) -> None:
    """Say that this worker is gone, so that its work is taken over without waiting."""
    gone = insert_for(connection)(HEARTBEATS).values(executor_id=executor_id, seen_at=LONG_AGO, started_at=LONG_AGO)
    connection.execute(gone.on_conflict_do_update(index_elements=[_seen.executor_id], set_={"seen_at": LONG_AGO}))


def claim_dead(connection: Connection, executor_id: str, silent_for: timedelta) -> list[str]:
    """The workers unheard of for so long, now this one's to take over: one conditional update each."""
    now = real_time(connection)
    silent = (_seen.seen_at < now - silent_for, _seen.executor_id != executor_id)
    claimed = []
    for dead in connection.scalars(select(_seen.executor_id).where(*silent)).all():
        # Writing the time as well: should we die halfway, the claim itself falls silent and somebody else's turn comes.
        claim = update(HEARTBEATS).where(_seen.executor_id == dead, *silent).values(claimed_by=executor_id, seen_at=now)
        if connection.execute(claim).rowcount == 1:
            claimed.append(dead)
    return claimed


def forget(connection: Connection, dead: str, executor_id: str) -> None:
    """A dead worker's work is taken over: its heartbeat may go."""
    connection.execute(delete(HEARTBEATS).where(_seen.executor_id == dead, _seen.claimed_by == executor_id))


def abandon_claim(connection: Connection, executor_id: str, silent_for: timedelta) -> None:
    """Free a starting worker's name from a claim whose claimer died too."""
    stuck = or_(_seen.claimed_by == executor_id, _seen.seen_at < real_time(connection) - silent_for)
    connection.execute(update(HEARTBEATS).where(_seen.executor_id == executor_id, stuck).values(claimed_by=None))


def real_time(connection: Connection) -> datetime:
    """The time that all workers share, whatever the product's settable clock says: the database server's, if there is one."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    return connection.execute(select(func.clock_timestamp())).scalar_one()


def insert_for(connection: Connection):  # type: ignore[no-untyped-def]  # two dialects, one meaning
    # By name, because loading PostgreSQL's takes as long as three of our rooms, and on SQLite nobody needs it.
    return import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert
