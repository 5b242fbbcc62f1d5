"""One attempt at a job inside a worker: begun, run, and its end noted. Only worker processes import this."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any, TypeVar

from dbos import DBOS
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from app.foundation.jobs import states
from app.foundation.jobs.registry import CannotBeDone, Job
from app.foundation.settings import Settings

Result = TypeVar("Result")
log = logging.getLogger(__name__)


class Parked(Exception):
    """The job killed its workers too often."""


@dataclass
class Workplace:
    """What the jobs of this process share."""

    settings: Settings
    engine: Engine
    leaving: Event = field(default_factory=Event)
    running: dict[str, int] = field(default_factory=dict)  # job id to attempt

    def note(self, write: Callable[[Connection], Result]) -> Result:
        """Write down how a job stands. Waits for a database that is away: what happened must not be lost with it."""
        while True:
            try:
                with self.engine.begin() as connection:
                    return write(connection)
            except OperationalError as error:
                if self.leaving.wait(1):
                    raise
                log.warning("The database did not answer, trying again: %s", error)


@dataclass
class Attempt:
    """The context that a running job is given."""

    workplace: Workplace
    job_id: str
    attempt: int

    @property
    def settings(self) -> Settings:
        return self.workplace.settings

    @property
    def engine(self) -> Engine:
        return self.workplace.engine

    def step(self, name: str, function: Callable[..., Result], *args: Any) -> Result:
        return DBOS.run_step({"name": name}, function, *args)

    def progress(self, value: Any) -> None:
        self.workplace.note(lambda connection: states.set_progress(connection, self.job_id, self.attempt, value))


def attempt_job(workplace: Workplace, job: Job, *ids: str) -> None:
    """Run a job once. What it raises is noted here and raised again, so that DBOS keeps its finished steps."""
    job_id = DBOS.workflow_id
    assert job_id is not None, "jobs run as workflows only"
    number, may_run = workplace.note(lambda connection: states.begin(connection, job_id))
    if not may_run:
        raise Parked(f"{job.name} {job_id} has killed its workers too often.")
    workplace.running[job_id] = number
    try:
        job.function(Attempt(workplace, job_id, number), *ids)
        workplace.note(lambda connection: states.finish(connection, job_id, number))
    except Exception as error:
        if workplace.leaving.is_set():
            _wait_for_the_end()
        _note_failure(workplace, job, job_id, number, error)
        raise
    workplace.running.pop(job_id, None)


def _note_failure(workplace: Workplace, job: Job, job_id: str, number: int, error: Exception) -> None:
    finally_ = isinstance(error, CannotBeDone)
    log.log(
        logging.INFO if finally_ else logging.WARNING,
        "Job %s %s failed: %s",
        job.name,
        job_id,
        error,
        exc_info=not finally_,
    )
    reason = str(error) or type(error).__name__
    workplace.note(lambda connection: states.fail(connection, job_id, number, job, reason, finally_=finally_))
    workplace.running.pop(job_id, None)


def _wait_for_the_end() -> None:
    # The process is being put down and the database was closed under this job. That is no outcome: were it raised,
    # DBOS would keep it as one. The process ends in a moment and the job goes on elsewhere from its last step.
    Event().wait()
