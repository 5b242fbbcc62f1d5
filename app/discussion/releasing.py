"""Messages to the customer leave after a moment, in which their author can take them back."""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, delete, or_, update
from sqlmodel import col, exists, select

from app.access.participation import Audience
from app.access.recognising import viewer_of
from app.access.session import ViewerSession
from app.discussion.facts import MessageTakenBack, TopicStarted
from app.discussion.models import HeldMessage, Message, ReadMark, Topic, TopicInside
from app.discussion.posting import announce, forget_posting, move_up
from app.discussion.words_back import keep_as_draft
from app.escalations.models import Escalation
from app.escalations.vitals.changing import promise_next_update
from app.foundation.clock import SET_BACK
from app.foundation.refusals import NotAllowed
from app.people.models import Account, Person
from app.timeline.recording import record
from app.writing.attachments import hand_over, take_back_files
from app.writing.models import DraftFile

log = logging.getLogger("evenkeel.discussion")
MOST_AT_ONCE = 100
PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)


class TakenBack(NamedTuple):
    """All that was typed and attached, for the composer: the fields of its form, what its author was typing there already
    among them. They are kept as their draft."""

    words: dict[str, str]
    files: list[DraftFile]


def release_due(session: ViewerSession, now: datetime) -> int:
    """Lets leave what is due; the session is the system's. Whoever deletes the held row writes the message, in the same
    transaction: two processes never both do, and one that dies has done nothing. One that cannot leave is tried again
    later, more and more rarely, and holds up no other."""
    # Held before the clock was set back, and not put off since.
    is_from_ahead = and_(
        col(HeldMessage.held_at) > now + SET_BACK, col(HeldMessage.leaves_at) >= col(HeldMessage.held_at)
    )
    due = session.exec(
        select(HeldMessage)
        .where(or_(col(HeldMessage.leaves_at) <= now, is_from_ahead))
        .order_by(col(HeldMessage.leaves_at))
        .limit(MOST_AT_ONCE)
    ).all()
    released = 0
    for held in due:
        if released:  # holding one topic and waiting for the next is how two writers come to wait for each other
            session.commit()
        held_id, wait = held.id, min(max(now - held.held_at, PAUSE), LONGEST_PAUSE)
        try:
            with session.begin_nested():
                released += _let_leave(session, held, now)
        except Exception:
            log.exception("the message %s could not leave", held_id)
            _put_off(session, held_id, now + wait)
    return released


def take_back(session: ViewerSession, topic: Topic, held: HeldMessage) -> TakenBack | None:
    """None when it has left in this very moment."""
    if held.author_id != session.viewer.person_id:
        raise NotAllowed("Only who sent this can take it back.")
    if not _claim(session, held):
        return None
    record(session, topic.escalation_id, MessageTakenBack(), held)
    files = take_back_files(session, held)
    forget_posting(session, held.id)
    words = keep_as_draft(session, held, topic, files)
    if held.opens_topic:
        remove_if_empty(session, topic)
    return TakenBack(words, files)


def remove_if_empty(session: ViewerSession, topic: Topic) -> bool:
    """A topic that was never more than a message that did not leave."""
    held = exists().where(col(HeldMessage.topic_id) == topic.id)
    written = exists().where(col(Message.topic_id) == topic.id)
    if session.exec(select(held | written)).one():
        return False
    for table in (ReadMark, TopicInside):
        session.execute(
            delete(table).where(col(table.topic_id) == topic.id).execution_options(synchronize_session=False)
        )
    session.delete(topic)
    session.flush()
    return True


def _let_leave(session: ViewerSession, held: HeldMessage, at: datetime) -> int:
    if not _claim(session, held):
        return 0
    person, account = session.get_one(Person, held.author_id), session.get_one(Account, held.author_id)
    with session.in_the_name_of(viewer_of(person, account)):  # and the customer comes to know them
        _release(session, held, at)
        session.flush()
    return 1


def _put_off(session: ViewerSession, held_id: str, until: datetime) -> None:
    session.execute(
        update(HeldMessage)
        .where(col(HeldMessage.id) == held_id)
        .values(leaves_at=until)
        .execution_options(synchronize_session=False)
    )


def _claim(session: ViewerSession, held: HeldMessage) -> bool:
    gone = session.execute(
        delete(HeldMessage)
        .where(col(HeldMessage.id) == held.id)
        .returning(col(HeldMessage.id))
        .execution_options(synchronize_session=False)
    ).first()
    session.expunge(held)
    return gone is not None


def _release(session: ViewerSession, held: HeldMessage, at: datetime) -> None:
    topic = session.get_one(Topic, held.topic_id)
    if held.opens_topic and not topic.is_shared:
        topic.audience, topic.started_at = Audience.shared, at
        session.add(topic)
        record(session, topic.escalation_id, TopicStarted(), topic, Audience.shared)
    message = Message(
        id=held.id,
        escalation_id=held.escalation_id,
        topic_id=held.topic_id,
        author_id=held.author_id,
        text=held.text,
        stamp=held.stamp,
        reply_to_id=held.reply_to_id,
        sent_at=move_up(session, topic, Audience.shared, at),
        audience=Audience.shared,
    )
    session.add(message)
    session.flush()
    hand_over(session, held, message, Audience.shared)
    escalation = session.get_one(Escalation, topic.escalation_id)
    escalation.last_update_at = at  # the customer heard from us: silence is counted from here
    session.add(escalation)
    announce(session, message)
    if held.next_update_due_at and escalation.is_open:
        promise_next_update(session, escalation, held.next_update_due_at)
