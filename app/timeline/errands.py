"""What the timeline's readers still have to do, taken one entry at a time."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, update
from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.clock import SET_BACK
from app.timeline.models import Errand, TimelineEntry

log = logging.getLogger("evenkeel.timeline")
AT_ONCE = 100
PAUSE = timedelta(seconds=5)


def run_errands(
    session: ViewerSession, reader: str, moment: datetime, deal_with: Callable[[ViewerSession, TimelineEntry], None]
) -> int:
    """Deals with what is due for this reader, each entry in a transaction of its own together with striking it off.
    One that fails is tried again later, more and more rarely, and holds up no other."""
    is_from_ahead = and_(col(Errand.created_at) > moment + SET_BACK, col(Errand.tries) == 0)
    due = session.exec(
        select(Errand.entry_id)
        .where(Errand.reader == reader, or_(col(Errand.not_before) <= moment, is_from_ahead))
        .order_by(col(Errand.created_at))
        .limit(AT_ONCE)
    ).all()
    session.commit()
    for entry_id in due:
        try:
            _run(session, reader, entry_id, deal_with)
            session.commit()
        except Exception:
            log.exception("%s could not deal with entry %s", reader, entry_id)
            session.rollback()
            _put_off(session, reader, entry_id, moment)
            session.commit()
    return len(due)


def _run(
    session: ViewerSession, reader: str, entry_id: str, deal_with: Callable[[ViewerSession, TimelineEntry], None]
) -> None:
    struck = session.execute(delete(Errand).where(col(Errand.entry_id) == entry_id, col(Errand.reader) == reader))
    if struck.rowcount == 1:  # type: ignore[attr-defined]  # 0: another worker was quicker
        deal_with(session, session.get_one(TimelineEntry, entry_id))


def _put_off(session: ViewerSession, reader: str, entry_id: str, moment: datetime) -> None:
    errand = session.get(Errand, (reader, entry_id))
    if errand is not None:
        wait = PAUSE * 2 ** min(errand.tries, 10)
        session.execute(
            update(Errand)
            .where(col(Errand.entry_id) == entry_id, col(Errand.reader) == reader)
            .values(tries=errand.tries + 1, not_before=moment + wait)
        )
