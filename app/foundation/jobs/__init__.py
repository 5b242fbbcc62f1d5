"""Work for later: a job is asked for in the transaction that needs it, and survives the death of its worker.

The only place that knows DBOS. Web processes import this package, which does not load it; `queueing`, `running` and
what they use belong to the worker.
"""

from app.foundation.jobs.asking import enqueue
from app.foundation.jobs.registry import CannotBeDone, Job, JobContext, job, registered_jobs
from app.foundation.jobs.states import JobRecord, JobState, JobStatus, job_state

__all__ = [
    "CannotBeDone",
    "Job",
    "JobContext",
    "JobRecord",
    "JobState",
    "JobStatus",
    "enqueue",
    "job",
    "job_state",
    "registered_jobs",
]
