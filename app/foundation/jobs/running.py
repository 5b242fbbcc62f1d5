"""Run jobs: the life of a worker process from its first heartbeat to its last. Only worker processes import this."""

import logging
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from threading import Event, Thread
from typing import NoReturn
from zlib import crc32

from dbos import DBOS, DBOSPortableJSONSerializer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.foundation import workers
from app.foundation.database import open_database
from app.foundation.jobs import lifeline, states
from app.foundation.jobs.attempts import Workplace, attempt_job
from app.foundation.jobs.queueing import APPLICATION, SCHEMA, VERSION, hand_over, open_queues
from app.foundation.jobs.registry import Job
from app.foundation.jobs.resuming import retry_due, take_over
from app.foundation.settings import Settings

AT_ONCE = {"quick": 4, "media": 1}  # per worker
POLL = 0.3
log = logging.getLogger(__name__)


def run_worker(
    settings: Settings,
    jobs: Mapping[str, Job],
    stop: Event,
    *,
    parent: int | None = None,
    executor_id: str | None = None,
    beat_every: float = 5,
    silent_for: float = 30,
    grace: int = 5,
) -> None:
    """Run these jobs until told to stop; ends the process itself when a job does not finish within the grace.

    `parent` is the process whose end is ours as well. An `executor_id` given by the caller must be used by no other
    worker, and no lock is taken for it.
    """
    if parent is not None:
        lifeline.die_with_parent()
    with _own_name(settings, stop, executor_id) as name:
        engine = open_database(settings.database)
        workplace = Workplace(settings, engine)
        if not _announce(engine, name, stop, timedelta(seconds=silent_for)):
            return
        pulse = Thread(target=_keep_beating, args=(engine, name, workplace.leaving, beat_every), daemon=True)
        pulse.start()
        _launch(workplace, name, jobs)
        Thread(target=_keep_handing_over, args=(engine, workplace.leaving), daemon=True).start()
        log.info("Worker %s runs %d kinds of jobs.", name, len(jobs))
        try:
            while not stop.wait(min(1, beat_every)) and not lifeline.is_orphan(parent):
                _try(partial(take_over, engine, name, timedelta(seconds=silent_for)))
                _try(partial(retry_due, engine))
        finally:
            _leave(workplace, name, grace)


@contextmanager
def _own_name(settings: Settings, stop: Event, given: str | None) -> Iterator[str]:
    """A name that no other living worker has and that is the same again after a restart."""
    if given:
        yield given
    elif settings.is_embedded:
        with lifeline.only_worker(settings.data_dir, stop):
            yield "embedded"
    else:
        with lifeline.any_slot(settings.data_dir) as slot:
            # Two data folders of one machine each have a first slot.
            yield f"{socket.gethostname()}-{crc32(str(settings.data_dir).encode()):08x}-{slot}"


def _announce(engine: Engine, name: str, stop: Event, silent_for: timedelta) -> bool:
    while not stop.is_set():
        with engine.begin() as connection:
            workers.abandon_claim(connection, name, silent_for)
            if workers.announce(connection, name):
                return True
        stop.wait(0.2)  # somebody is just taking over what our predecessor left
    return False


def _keep_beating(engine: Engine, name: str, leaving: Event, every: float) -> None:
    while not leaving.wait(every):
        try:
            with engine.begin() as connection:
                known_alive = workers.beat(connection, name)
        except SQLAlchemyError as error:
            log.warning("The heartbeat could not be written: %s", error)
            continue
        if not known_alive and not leaving.is_set():
            _give_way(engine, name)


def _keep_handing_over(engine: Engine, leaving: Event) -> None:
    queues = open_queues(engine)
    while not leaving.wait(POLL):
        _try(partial(hand_over, engine, queues))


def _give_way(engine: Engine, name: str) -> NoReturn:
    """Others thought us dead and run our jobs by now: end at once, before anything is done twice."""
    log.error("Worker %s was silent too long; others have taken over its jobs, and it ends to start afresh.", name)
    with engine.begin() as connection:
        workers.leave(connection, name)
    os._exit(70)


def _launch(workplace: Workplace, name: str, jobs: Mapping[str, Job]) -> None:
    DBOS(
        config={
            "name": APPLICATION,
            "system_database_url": workplace.settings.database,
            "dbos_system_schema": SCHEMA,
            "application_version": VERSION,
            "executor_id": name,
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,  # done before this, one process at a time
            "sys_db_pool_size": 8,
            "log_level": "WARNING",
        }
    )
    for job in jobs.values():
        # Crashes are counted in our own row: DBOS starts to count anew whenever another worker takes a job over.
        DBOS.workflow(name=job.name, max_recovery_attempts=None)(_workflow(workplace, job))
    DBOS.launch()
    for queue, at_once in AT_ONCE.items():
        DBOS.register_queue(queue, worker_concurrency=at_once, polling_interval_sec=POLL)


def _workflow(workplace: Workplace, job: Job) -> Callable[..., None]:
    def run(*ids: str) -> None:
        attempt_job(workplace, job, *ids)

    return run


def _try(round_: Callable[[], None]) -> None:
    """One round of a loop that must go on when the database is away for a while."""
    try:
        round_()
    except SQLAlchemyError as error:
        log.warning("The database did not answer, trying again: %s", error)
    except Exception:
        log.exception("A round of the worker's loop failed; the next one tries again.")


def _leave(workplace: Workplace, name: str, grace: int) -> None:
    """Let the running jobs finish for a moment, put the others down, and say that we are gone."""
    busy = bool(workplace.running)
    workplace.leaving.set()
    DBOS.destroy(workflow_completion_timeout_sec=grace if busy else 0)
    left = dict(workplace.running)
    with workplace.engine.begin() as connection:
        for job_id, attempt in left.items():
            states.put_down(connection, job_id, attempt)
        workers.leave(connection, name)
    if left:
        os._exit(0)  # a thread in the middle of a job cannot be stopped, and Python would wait for it
