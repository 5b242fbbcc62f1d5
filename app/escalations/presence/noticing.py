"""Colleagues see which of them look at the same escalation. Who they are is the session's word, never the page's."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from app.access.session import ViewerSession
from app.escalations.presence.models import Presence
from app.foundation.clock import now
from app.people.models import Person

GONE_AFTER = timedelta(seconds=45)
SAID_EVERY = timedelta(seconds=20)  # a page that says so more often writes nothing
MOST = 8  # faces


def be_here(session: ViewerSession, escalation_id: str) -> None:
    assert session.viewer.person_id
    known = session.get(Presence, (escalation_id, session.viewer.person_id))
    if known is not None:
        if now() - known.seen_at >= SAID_EVERY:
            known.seen_at = now()
            session.add(known)
        return
    try:
        with session.begin_nested():
            session.add(Presence(escalation_id=escalation_id, person_id=session.viewer.person_id))
    except IntegrityError:
        pass  # another window of theirs said it in the same moment


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
