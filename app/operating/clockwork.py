"""Runs the clocks of schedule.py until told to stop: each in a thread and a short session of its own, so that a mail
server that hangs holds up no message, and one failure stops no other clock."""

import logging
from threading import Event, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.access.session import as_system
from app.foundation.clock import now
from app.foundation.settings import Settings
from app.schedule import Clock

log = logging.getLogger("evenkeel.clocks")


def start_clocks(clocks: list[Clock], engine: Engine, settings: Settings, stop: Event) -> list[Thread]:
    threads = [
        Thread(target=_run, args=(clock, engine, settings, stop), name=clock.name, daemon=True) for clock in clocks
    ]
    for thread in threads:
        thread.start()
    return threads


def run_once(clock: Clock, engine: Engine, settings: Settings) -> None:
    try:
        with as_system(engine) as session:
            clock.sweep(session, settings, now())
            session.commit()
    except (SQLAlchemyError, OSError) as error:
        # The database or the disk refuses for a moment: what is due stays due, and is looked for again.
        log.warning("%s will be tried again: %s", clock.name, error)
    except Exception:
        log.exception("%s failed", clock.name)  # a mistake of ours: said in full, and looked for again as well


def _run(clock: Clock, engine: Engine, settings: Settings, stop: Event) -> None:
    while not stop.wait(clock.seconds):
        run_once(clock, engine, settings)
