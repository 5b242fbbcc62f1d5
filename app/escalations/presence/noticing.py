"""Colleagues see which of them look at the same escalation. Who they are is the session's word, never the page's."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from app.access.session import BY_DESIGN, ViewerSession
from app.escalations.presence.models import Presence
from app.foundation.clock import now
from app.foundation.workers import insert_for
from app.people.models import Person

GONE_AFTER = timedelta(seconds=45)
FORGOTTEN_AFTER = timedelta(hours=1)
SAID_EVERY = timedelta(seconds=20)  # a page that says so more often writes nothing
MOST = 8  # faces


def be_here(session: ViewerSession, escalation_id: str) -> None:
    """Written in one statement, for another window may say it in the same moment, or the sweep forget the row."""
    assert session.viewer.person_id
    mine = (Presence.escalation_id == escalation_id, Presence.person_id == session.viewer.person_id)
    known = session.exec(select(Presence.seen_at).where(*mine)).first()
    if known is not None and now() - known < SAID_EVERY:
        return
    session.connection().execute(
        _here(insert_for(session.connection())),
        {"escalation_id": escalation_id, "person_id": session.viewer.person_id, "seen_at": now()},
    )


@cache
def _here(insert: Any) -> Any:
    said = insert(Presence)
    keys = [col(Presence.escalation_id), col(Presence.person_id)]
    return said.on_conflict_do_update(index_elements=keys, set_={"seen_at": said.excluded.seen_at})


def who_is_here(session: ViewerSession, escalation_id: str) -> list[str]:
    """The names of the others, those who came last first."""
    query = (
        select(Person.name)
        .join(Presence, col(Presence.person_id) == Person.id)
        .where(Presence.escalation_id == escalation_id, Presence.person_id != session.viewer.person_id)
        .where(col(Presence.seen_at) > now() - GONE_AFTER)
        .order_by(col(Presence.seen_at).desc(), col(Person.name))
        .limit(MOST)
    )
    return list(session.exec(query))


def forget_long_gone(session: ViewerSession, at: datetime) -> int:
    """The session is the system's: who was here earlier is nobody's to know."""
    old = delete(Presence).where(col(Presence.seen_at) < at - FORGOTTEN_AFTER).execution_options(**BY_DESIGN)
    return int(session.execute(old).rowcount)  # type: ignore[attr-defined]
