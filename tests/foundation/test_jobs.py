"""Jobs are asked for with the change that needs them, run once, tried again when they fail, and never lost."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session

from app.foundation.jobs import JobStatus, enqueue, job, job_state
from app.foundation.jobs.queueing import VERSION, hand_over, open_queues
from app.foundation.jobs.states import any_to_hand_over, take_for_handing_over
from tests.foundation.conftest import Yard
from tests.foundation.crew import lines, wait_until


def test_a_rollback_takes_the_job_along(yard: Yard) -> None:
    with Session(yard.engine) as session:
        enqueue(session, "remind", str(yard.folder), key="rolled-back")
        session.rollback()
    yard.ask("remind", key="kept")
    yard.start()
    wait_until(lambda: yard.state("kept").state == JobStatus.DONE)
    assert job_state(yard.engine, "rolled-back") is None
    assert lines(yard.folder) == ["reminded"]


def test_asking_again_under_the_same_key_does_nothing_in_any_state(yard: Yard) -> None:
    yard.ask("remind", key="once")
    yard.ask("remind", key="once")
    yard.start()
    wait_until(lambda: yard.state("once").state == JobStatus.DONE)
    yard.ask("remind", key="once")
    yard.ask("remind", key="another")
    wait_until(lambda: yard.state("another").state == JobStatus.DONE)
    assert lines(yard.folder) == ["reminded", "reminded"]
    assert yard.state("once").attempts == 1


def test_a_failing_job_is_tried_again_from_the_step_that_failed_and_then_left_with_its_reason(yard: Yard) -> None:
    yard.ask("stumble", key="tape")
    yard.start()
    wait_until(lambda: yard.state("tape").state == JobStatus.FAILED)
    assert lines(yard.folder) == ["first", "second", "second"]
    assert yard.state("tape").attempts == 3
    assert yard.state("tape").reason == "Attempt 3 fell at the last fence."


def test_a_failure_that_passes_leaves_no_trace(small_yard: Yard) -> None:
    (small_yard.folder / "clear").touch()
    small_yard.ask("stumble", key="tape")
    small_yard.start()
    wait_until(lambda: small_yard.state("tape").state == JobStatus.DONE)
    assert small_yard.state("tape").reason == ""
    assert lines(small_yard.folder) == ["first", "second", "second"]


def test_what_cannot_be_done_is_not_tried_again(small_yard: Yard) -> None:
    small_yard.ask("refuse", key="file")
    small_yard.start()
    wait_until(lambda: small_yard.state("file").state == JobStatus.FAILED)
    assert small_yard.state("file").reason == "The file is incomplete."
    assert lines(small_yard.folder) == ["refused"]


def test_a_reminder_does_not_wait_behind_recordings_which_run_one_by_one(small_yard: Yard) -> None:
    for name in ("monday", "tuesday"):
        small_yard.ask("transcribe", name, key=name)
    small_yard.start()
    wait_until(lambda: lines(small_yard.folder) == ["monday begins"])
    small_yard.ask("remind", key="reminder")
    wait_until(lambda: small_yard.state("reminder").state == JobStatus.DONE)
    assert small_yard.state("tuesday").state == JobStatus.WAITING
    (small_yard.folder / "go").touch()
    wait_until(lambda: small_yard.state("tuesday").state == JobStatus.DONE)
    assert lines(small_yard.folder)[-3:] == ["monday ends", "tuesday begins", "tuesday ends"]


def test_progress_is_there_to_read_while_the_job_runs(small_yard: Yard) -> None:
    small_yard.ask("count", key="count")
    small_yard.start()
    wait_until(lambda: small_yard.state("count").progress == 3)
    assert small_yard.state("count").state == JobStatus.RUNNING


def test_nobody_is_alive_before_a_worker_starts_and_after_it_left(small_yard: Yard) -> None:
    assert not small_yard.is_staffed()
    worker = small_yard.start()
    wait_until(small_yard.is_staffed)
    worker.terminate()
    worker.wait()
    assert not small_yard.is_staffed()


def test_an_unknown_job_is_refused_when_asked_for(small_yard: Yard) -> None:
    with Session(small_yard.engine) as session, pytest.raises(LookupError, match="no job called wash"):
        enqueue(session, "wash")


def test_two_modules_cannot_use_the_same_name(small_yard: Yard) -> None:
    with pytest.raises(ValueError, match="Two jobs are called remind"):
        job("remind")(lambda context: None)


def test_what_a_worker_did_not_live_to_hand_over_is_handed_over_by_the_next(yard: Yard) -> None:
    """It dies with the job in its queue and nothing committed: neither half may stay."""
    yard.ask("remind", key="letter")
    queues = open_queues(yard.engine)
    with pytest.raises(ConnectionAbortedError), yard.engine.begin() as connection:
        [asked] = take_for_handing_over(connection)
        queues.enqueue_in_transaction(
            connection,
            {"workflow_name": asked.name, "queue_name": asked.queue, "workflow_id": asked.id, "app_version": VERSION},
            *asked.arguments,
        )
        raise ConnectionAbortedError
    yard.start()
    wait_until(lambda: yard.state("letter").state == JobStatus.DONE)
    assert lines(yard.folder) == ["reminded"]


def test_two_workers_hand_a_job_over_once(yard: Yard) -> None:
    for number in range(20):
        yard.ask("remind", key=f"letter {number}")
    with ThreadPoolExecutor() as together:
        list(together.map(lambda _: hand_over(yard.engine, open_queues(yard.engine)), range(4)))
    assert not any_to_hand_over(yard.engine)
    yard.start()
    wait_until(lambda: all(yard.state(f"letter {number}").state == JobStatus.DONE for number in range(20)))
    assert lines(yard.folder) == ["reminded"] * 20


def test_a_web_process_never_loads_dbos() -> None:
    """Neither the pages nor asking for a job: it would cost half of a cold start, and a third of the memory."""
    program = (
        "import sys, app.main, app.foundation.jobs.asking; sys.exit('dbos' in sys.modules or 'alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
