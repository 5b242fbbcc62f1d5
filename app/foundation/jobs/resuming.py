"""Bring jobs back: those of a worker that died, and those whose next try is due. Only worker processes import this."""

import logging
from datetime import UTC, datetime, timedelta

from dbos import DBOS, error
from sqlalchemy import Engine

from app.foundation import workers
from app.foundation.jobs import states

LEASE = timedelta(seconds=30)
log = logging.getLogger(__name__)


def take_over(engine: Engine, executor_id: str, silent_for: timedelta) -> None:
    """Resume what workers left behind that have been silent for so long."""
    with engine.begin() as connection:
        claimed = workers.claim_dead(connection, executor_id, silent_for)
    for dead in claimed:
        left = DBOS.list_workflows(status="PENDING", executor_id=dead, load_input=False, load_output=False)
        for workflow in left:
            # Named, because without its queue's name the job would escape that queue's limit.
            DBOS.resume_workflow(workflow.workflow_id, queue_name=workflow.queue_name)
        if left:
            log.warning("Worker %s is gone; its %d unfinished jobs go on here or elsewhere.", dead, len(left))
        with engine.begin() as connection:
            workers.forget(connection, dead, executor_id)


def retry_due(engine: Engine) -> None:
    """Send failed jobs whose pause is over back to their queue, to go on at the step that failed."""
    if not states.any_retry_due(engine):
        return
    with engine.begin() as connection:
        claimed = states.claim_retries(connection, LEASE)
    for job_id, queue in claimed:
        retry_at = None
        try:
            DBOS.rewind_workflow(job_id, start_step=_first_unfinished_step(job_id), queue_name=queue)
        except error.DBOSException as refusal:
            # Its failure is noted here a moment before DBOS notes it.
            log.debug("Job %s cannot be tried again yet: %s", job_id, refusal)
            retry_at = datetime.now(UTC) + timedelta(seconds=1)
        with engine.begin() as connection:
            states.settle_retry(connection, job_id, retry_at)


def _first_unfinished_step(job_id: str) -> int:
    steps = DBOS.list_workflow_steps(job_id)
    failed = [step["function_id"] for step in steps if step["error"] is not None]
    return min(failed, default=max((step["function_id"] for step in steps), default=0) + 1)
