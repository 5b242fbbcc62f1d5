"""The other process: jobs, clocks, and getting the speech model the first time."""

import logging
import signal
import sys
from threading import Event, Thread

from app import mounted
from app.foundation.clock import set_clock
from app.foundation.database import open_database
from app.foundation.jobs import registered_jobs
from app.foundation.jobs.queueing import prepare
from app.foundation.jobs.running import run_worker
from app.foundation.settings import Settings
from app.operating.clockwork import start_clocks
from app.operating.turns import one_at_a_time
from app.operating.waiting import when_free
from app.schedule import CLOCKS
from app.speech.model_fetching import fetch_model
from app.speech.model_store import ModelUnavailable, find_model

log = logging.getLogger("evenkeel.worker")
FETCH_AGAIN = 600.0  # seconds


def work(settings: Settings, parent: int | None = None) -> None:
    """Runs until SIGTERM or, with a parent, until that process is gone."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
    set_clock(settings.clock)
    mounted.routers()  # imports every domain, and with them their jobs, letters and names
    _prepare_queues(settings)
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    clocks = start_clocks(CLOCKS, open_database(settings.database), settings, stop)
    Thread(target=_get_model, args=(settings, stop), daemon=True).start()
    try:
        run_worker(settings, registered_jobs(), stop, parent=parent)
    finally:
        stop.set()
        for clock in clocks:
            clock.join(timeout=5)


def _prepare_queues(settings: Settings) -> None:
    """At each start, for a new release may bring a newer DBOS, and the web process does not know it."""
    engine = open_database(settings.database)
    with one_at_a_time(settings, engine):
        when_free(lambda: prepare(settings.database))
    engine.dispose()


def _get_model(settings: Settings, stop: Event) -> None:
    """Until it is there recordings wait and say so. A transcription server needs none."""
    if settings.speech_url:
        return
    while not stop.is_set():
        try:
            if find_model(settings.data_dir, settings.model_dir) is None:
                fetch_model(settings.data_dir, log.info)
        except (ModelUnavailable, OSError) as trouble:
            log.warning("The speech model could not be got and is tried again in ten minutes: %s", trouble)
            stop.wait(FETCH_AGAIN)
        else:
            return
