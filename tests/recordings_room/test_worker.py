"""The real worker process: killed in the middle of a transcription, its successor finishes what it began, once."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlmodel import func, select

from app.access.session import as_system
from app.recordings.models import Recording, RecordingState, TranscriptChunk, TranscriptLine
from app.timeline.models import TimelineEntry

ROOT = Path(__file__).parents[2]
PATIENCE = 110
WORK = "from app.foundation.settings import load_settings; from app.worker import work; work(load_settings())"


@pytest.fixture
def start_worker(settings, model_dir) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    environment = {name: text for name, text in os.environ.items() if not name.startswith("EVENKEEL_")} | {
        "EVENKEEL_DATA_DIR": str(settings.data_dir),
        "EVENKEEL_DATABASE_URL": settings.database_url,
        "EVENKEEL_SECRET_KEY": settings.secret_key,
        "EVENKEEL_MODEL_DIR": str(model_dir),
    }

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", WORK], cwd=ROOT, env=environment))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


def until(engine, holds) -> None:
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        with as_system(engine) as session:
            if holds(session):
                return
        sleep(0.2)
    raise AssertionError("it did not come to that")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_worker_killed_while_it_listens_is_followed_by_one_that_finishes(engine, session, recorded, start_worker):
    recording = recorded("Speech")
    first = start_worker()
    until(engine, lambda session: session.exec(select(func.sum(TranscriptChunk.tries))).one())
    first.kill()
    first.wait()
    assert session.exec(select(Recording.state)).one() is RecordingState.transcribing
    session.commit()
    start_worker()
    until(engine, lambda session: session.exec(select(Recording.state)).one() is RecordingState.ready)
    words = " ".join(session.exec(select(TranscriptLine.text)).all()).lower()
    assert words.count("ask not what your country") == 1
    ready = select(func.count()).where(
        TimelineEntry.kind == "transcript_ready", TimelineEntry.subject_id == recording.id
    )
    assert session.exec(ready).one() == 1
