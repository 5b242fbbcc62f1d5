"""What became of a job, for pages to show: one row per job, written by those who ask and those who run."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column, Connection, Engine, Select, Table, select, update
from sqlmodel import Field, Session, SQLModel

from app.foundation.database import choice, for_reading, long_text
from app.foundation.jobs.registry import Job

CRASHES_ALLOWED = 3
LONGEST_REASON = 500


class JobStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    PARKED = "parked"  # its worker died under it too often


class JobRecord(SQLModel, table=True):
    """A job that somebody asked for. Belongs to no escalation: it holds ids and its own state only."""

    __tablename__ = "job"

    id: str = Field(primary_key=True, max_length=200)
    name: str = Field(max_length=100)
    queue: str = Field(max_length=20)
    status: JobStatus = choice(JobStatus, default=JobStatus.WAITING)
    asked_at: datetime  # real time in all of these, also when the product's clock is set
    finished_at: datetime | None = None
    attempts: int = 0
    crashes: int = 0  # starts that saw no end, in a row
    failures: int = 0
    retry_at: datetime | None = Field(default=None, index=True)
    reason: str = long_text(default="")
    progress: Any = Field(default=None, sa_type=JSON, nullable=True)
    arguments: Any = Field(default=None, sa_type=JSON, nullable=True)
    is_handed_over: bool = Field(default=True, index=True)  # to its queue, by a worker


class JobState(NamedTuple):
    state: JobStatus
    reason: str
    attempts: int
    progress: Any


@dataclass(frozen=True)
class Asked:
    """A job that nobody has put into its queue yet."""

    id: str
    name: str
    queue: str
    arguments: list[str]


JOBS: Table = SQLModel.metadata.tables["job"]
_job = JOBS.c


def job_state(place: Session | Engine, key: str) -> JobState | None:
    """How the job asked for under this key stands; nothing when nobody asked."""
    query = select(_job.status, _job.reason, _job.attempts, _job.progress).where(_job.id == key)
    if isinstance(place, Session):
        # On the connection, because this table belongs to no escalation and knows no viewer.
        row = place.connection().execute(query).one_or_none()
    else:
        with for_reading(place).connect() as connection:
            row = connection.execute(query).one_or_none()
    return JobState(*row) if row else None


def any_to_hand_over(engine: Engine) -> bool:
    """Asked several times a second, so it must not wait for writers."""
    with for_reading(engine).connect() as connection:
        return connection.scalar(select(_job.id).where(~_job.is_handed_over).limit(1)) is not None


def take_for_handing_over(connection: Connection) -> list[Asked]:
    """Each of them is one worker's: the row is changed only by whoever finds it unchanged."""
    asked = select(_job.id, _job.name, _job.queue, _job.arguments).where(~_job.is_handed_over).order_by(_job.asked_at)
    found = [Asked(*row) for row in connection.execute(asked)]
    mark = update(JOBS).values(is_handed_over=True)
    return [
        job for job in found if connection.execute(mark.where(_job.id == job.id, ~_job.is_handed_over)).rowcount == 1
    ]


def begin(connection: Connection, job_id: str) -> tuple[int, bool]:
    """Note that a job starts: its attempt's number, and whether it may, or has killed its workers too often."""
    crashes = connection.scalar(select(_job.crashes).where(_job.id == job_id)) or 0
    if crashes >= CRASHES_ALLOWED:
        reason = f"The worker died {crashes} times in the middle of this job, so it is not tried again."
        _set(connection, job_id, status=JobStatus.PARKED, reason=reason, retry_at=None, finished_at=_now())
        return 0, False
    _set(
        connection,
        job_id,
        status=JobStatus.RUNNING,
        attempts=_job.attempts + 1,
        crashes=crashes + 1,  # until its end is seen
        retry_at=None,
        finished_at=None,
    )
    return connection.scalar(select(_job.attempts).where(_job.id == job_id)) or 0, True


def finish(connection: Connection, job_id: str, attempt: int) -> None:
    _set(connection, job_id, attempt, status=JobStatus.DONE, crashes=0, reason="", finished_at=_now())


def fail(connection: Connection, job_id: str, attempt: int, job: Job, reason: str, *, finally_: bool) -> None:
    """Note a failure and when the next try is due, if one is left."""
    failures = (connection.scalar(select(_job.failures).where(_job.id == job_id)) or 0) + 1
    outcome: dict[str, Any] = {"crashes": 0, "failures": failures, "reason": reason[:LONGEST_REASON]}
    if finally_ or failures > len(job.pauses):
        _set(connection, job_id, attempt, status=JobStatus.FAILED, finished_at=_now(), **outcome)
    else:
        pause = timedelta(seconds=job.pauses[failures - 1])
        _set(connection, job_id, attempt, status=JobStatus.WAITING, retry_at=_now() + pause, **outcome)


def put_down(connection: Connection, job_id: str, attempt: int) -> None:
    """An orderly stop in the middle of a job is not the job's fault."""
    _set(connection, job_id, attempt, status=JobStatus.WAITING, crashes=_job.crashes - 1)


def set_progress(connection: Connection, job_id: str, attempt: int, value: Any) -> None:
    _set(connection, job_id, attempt, progress=value)


def any_retry_due(engine: Engine) -> bool:
    """Asked every second, so it must not wait for writers."""
    with for_reading(engine).connect() as connection:
        return connection.scalar(_due_retries(_job.id).limit(1)) is not None


def claim_retries(connection: Connection, lease: timedelta) -> list[tuple[str, str]]:
    """Id and queue of the jobs whose next try is due. The claim lapses, so that a claimer's death loses no job."""
    claimed = []
    for job_id, queue, retry_at in connection.execute(_due_retries(_job.id, _job.queue, _job.retry_at)).all():
        claim = update(JOBS).where(_job.id == job_id, _job.retry_at == retry_at).values(retry_at=_now() + lease)
        if connection.execute(claim).rowcount == 1:
            claimed.append((job_id, queue))
    return claimed


def settle_retry(connection: Connection, job_id: str, retry_at: datetime | None) -> None:
    waiting = update(JOBS).where(_job.id == job_id, _job.status == JobStatus.WAITING)
    connection.execute(waiting.values(retry_at=retry_at))


def _due_retries(*columns: Column[Any]) -> Select[Any]:
    return select(*columns).where(_job.retry_at <= _now(), _job.status == JobStatus.WAITING)


def _set(connection: Connection, job_id: str, attempt: int | None = None, **values: Any) -> None:
    change = update(JOBS).where(_job.id == job_id)
    if attempt is not None:
        # A worker that was thought dead must not overwrite what its successor has written since.
        change = change.where(_job.attempts == attempt)
    connection.execute(change.values(**values))


def _now() -> datetime:
    return datetime.now(UTC)
