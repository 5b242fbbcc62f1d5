"""From a fact to the people it concerns: a line in each one's inbox, and a letter that gathers what belongs together."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, bindparam, func
from sqlmodel import col, select

from app.access.limiting import ME
from app.access.recognising import viewer_for
from app.access.session import ViewerSession
from app.escalations.models import Mute
from app.foundation.clock import now
from app.foundation.database import for_reading
from app.foundation.settings import Settings
from app.notifications.models import Notification
from app.notifications.recipients import TELLS, recipients_of
from app.outbox.models import Letter, LetterState
from app.outbox.writing_letters import write_letter
from app.people.models import DemoMark
from app.timeline.errands import run_errands
from app.timeline.models import TimelineEntry
from app.timeline.recording import signal_person

GATHERING = timedelta(seconds=20)  # what happens in quick succession is one letter; everybody is told within a minute
KIND = "news"


def spread_news(session: ViewerSession, settings: Settings, moment: datetime) -> int:
    return run_errands(session, "notifications", moment, spread)


def spread(session: ViewerSession, entry: TimelineEntry) -> None:
    for person_id in sorted(recipients_of(session, entry)):
        if not _may_see(session, person_id, entry) or _was_told(session, person_id, entry):
            continue
        news = Notification(escalation_id=entry.escalation_id, person_id=person_id, entry_id=entry.id)
        if TELLS[entry.kind].by_mail and not _is_quiet(session, person_id, entry.escalation_id):
            news.letter_id = _letter_for(session, person_id, entry.escalation_id).id
        session.add(news)
        signal_person(session, person_id)


def unread_count(most: int = 99) -> Any:
    """One's own, as part of a statement; counted to a cap, beyond which the number tells nothing more."""
    unread = (
        select(Notification.id)
        .where(Notification.person_id == bindparam(ME), col(Notification.read_at).is_(None))
        .limit(most)
        .subquery()
    )
    return select(func.count()).select_from(unread).scalar_subquery()


def _may_see(session: ViewerSession, person_id: str, entry: TimelineEntry) -> bool:
    """Asked of the recipient's own session: the one rule decides, here as on every page."""
    viewer = viewer_for(session, person_id)
    engine = session.get_bind()
    if viewer is None or not isinstance(engine, Engine):
        return False
    with ViewerSession(for_reading(engine), viewer) as own:
        return own.get(TimelineEntry, entry.id) is not None


def _was_told(session: ViewerSession, person_id: str, entry: TimelineEntry) -> bool:
    told = select(Notification.id).where(Notification.entry_id == entry.id, Notification.person_id == person_id)
    return session.exec(told).first() is not None


def _is_quiet(session: ViewerSession, person_id: str, escalation_id: str) -> bool:
    """Muted by them; or a demo, of which nobody gets mail."""
    return bool(session.get(DemoMark, escalation_id) or session.get(Mute, (escalation_id, person_id)))


def _letter_for(session: ViewerSession, person_id: str, escalation_id: str) -> Letter:
    """The letter about this escalation that still waits for this person, or a new one."""
    waiting = session.exec(
        select(Letter)
        .join(Notification, col(Notification.letter_id) == Letter.id)
        .where(Letter.recipient_id == person_id, Letter.kind == KIND, Letter.state == LetterState.waiting)
        .where(Notification.escalation_id == escalation_id, Letter.tries == 0)
        .limit(1)
        .with_for_update()
    ).first()
    if waiting:
        return waiting
    letter = write_letter(session, person_id, KIND, about={"escalation_id": escalation_id}, due_at=now() + GATHERING)
    if letter is None:
        raise LookupError("a letter without a key is always written")
    return letter
