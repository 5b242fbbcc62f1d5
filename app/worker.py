"""The other process: jobs and clocks."""

import logging
import signal
import sys
from threading import Event, Thread

from app import mounted
from app.operating.clockwork import run_clocks
from app.foundation.clock import set_clock
from app.foundation.database import open_database
from app.foundation.jobs import registered_jobs
from app.foundation.jobs.running import run_worker
from app.foundation.settings import Settings
from app.schedule import CLOCKS


def work(settings: Settings, parent: int | None = None) -> None:
    """Runs until SIGTERM or, with a parent, until that process is gone."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
    set_clock(settings.clock)
    mounted.routers()  # imports every domain, and with them their jobs and describers
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    clocks = Thread(target=run_clocks, args=(CLOCKS, open_database(settings.database), settings, stop), daemon=True)
    clocks.start()
    try:
        run_worker(settings, registered_jobs(), stop, parent=parent)
    finally:
        stop.set()
        clocks.join(timeout=10)
