"""In each web process: messages to the customer leave on time also when no worker is running."""

import asyncio
import logging

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from app.access.session import as_system
from app.discussion.models import HeldMessage
from app.discussion.releasing import release_due
from app.foundation.clock import now
from app.foundation.database import for_reading

log = logging.getLogger("evenkeel.discussion")
EVERY = 1.0  # seconds


async def keep_releasing(engine: Engine) -> None:
    own_thread = CapacityLimiter(1)
    while True:
        await asyncio.sleep(EVERY)
        try:
            await to_thread.run_sync(_release, engine, limiter=own_thread)
        except SQLAlchemyError as error:
            log.warning("messages to the customer wait for the database: %s", error)
        except Exception:
            log.exception("messages to the customer could not leave; the next round tries again")


def _release(engine: Engine) -> None:
    """Looks as a reader first: most seconds nothing leaves, and nobody is kept from writing."""
    with as_system(for_reading(engine)) as session:
        if session.exec(select(HeldMessage.id).where(col(HeldMessage.leaves_at) <= now()).limit(1)).first() is None:
            return
    with as_system(engine) as session:
        release_due(session, now())
        session.commit()
