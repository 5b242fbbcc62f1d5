"""One's inbox: what concerns me, newest first, as I may see it now."""

from typing import NamedTuple

from sqlalchemy import update
from sqlmodel import col, select

from app.access.session import BY_DESIGN, ViewerSession
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.cursors import cursor_at, go_on
from app.notifications.models import Notification
from app.timeline.models import TimelineEntry
from app.timeline.reading import Sentence, sentences
from app.timeline.recording import signal_person

PAGE = 50


class Line(NamedTuple):
    notification: Notification
    sentence: Sentence
    escalation_key: str

    @property
    def is_unread(self) -> bool:
        return self.notification.read_at is None


def lines(session: ViewerSession, *, unread_only: bool = False, before: str = "") -> tuple[list[Line], str]:
    """A page of lines, and the cursor to go on from. What one may no longer see has vanished from it."""
    query = (
        select(Notification, TimelineEntry, Escalation.key)
        .join(TimelineEntry, col(TimelineEntry.id) == Notification.entry_id)
        .join(Escalation, col(Escalation.id) == Notification.escalation_id)
        .where(Notification.person_id == session.viewer.person_id)
    )
    if unread_only:
        query = query.where(col(Notification.read_at).is_(None))
    found = session.exec(go_on(query, col(Notification.created_at), col(Notification.id), before).limit(PAGE + 1)).all()
    said = sentences(session, [entry for _, entry, _ in found[:PAGE]], you=session.viewer.person_id)
    last = found[PAGE - 1][0] if len(found) > PAGE else None
    older = cursor_at(last.created_at, last.id) if last else ""
    shown = [Line(note, words, key) for (note, _, key), words in zip(found[:PAGE], said, strict=True)]
    return shown, older


def open_line(session: ViewerSession, notification_id: str) -> Sentence | None:
    """Marks it as read and says where it leads; None for one that is not mine or not mine to see any more."""
    found = session.exec(
        select(Notification, TimelineEntry)
        .join(TimelineEntry, col(TimelineEntry.id) == Notification.entry_id)
        .where(Notification.id == notification_id, Notification.person_id == session.viewer.person_id)
    ).first()
    if found is None:
        return None
    note, entry = found
    note.read_at = note.read_at or now()
    session.add(note)
    signal_person(session, note.person_id)
    return sentences(session, [entry])[0]


def mark_all_read(session: ViewerSession) -> None:
    person_id = session.viewer.person_id
    session.execute(
        update(Notification)
        .where(col(Notification.person_id) == person_id, col(Notification.read_at).is_(None))
        .values(read_at=now())
        .execution_options(synchronize_session=False, **BY_DESIGN)
    )
    if person_id:
        signal_person(session, person_id)
