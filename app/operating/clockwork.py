"""Runs the clocks of schedule.py until told to stop: each in its own short session, one failure stopping no other."""

import logging
import time
from threading import Event

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.access.session import as_system
from app.foundation.clock import now
from app.foundation.settings import Settings
from app.schedule import Clock

log = logging.getLogger("evenkeel.clocks")
TICK = 0.25


def run_clocks(clocks: list[Clock], engine: Engine, settings: Settings, stop: Event) -> None:
    due = {clock.name: 0.0 for clock in clocks}
    while not stop.wait(TICK):
        for clock in clocks:
            if time.monotonic() >= due[clock.name]:
                run_once(clock, engine, settings)
                due[clock.name] = time.monotonic() + clock.seconds


def run_once(clock: Clock, engine: Engine, settings: Settings) -> None:
    try:
        with as_system(engine) as session:
            clock.sweep(session, settings, now())
            session.commit()
    except (SQLAlchemyError, OSError) as error:
        # The database or the disk refuses for a moment: what is due stays due, and is looked for again.
        log.warning("%s will be tried again: %s", clock.name, error)
    except Exception:
        log.exception("%s failed", clock.name)  # a mistake of ours: said in full, and the other clocks go on
