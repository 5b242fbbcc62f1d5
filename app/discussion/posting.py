"""Posting in a topic: internal at once, a guest's words at once, ours to the customer after a moment to take them back."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import SQLModel, col, select

from app.access.limiting import ME
from app.access.participation import Audience
from app.access.session import ViewerSession
from app.discussion.facts import MessageHeld, MessageSent, NoteAdded
from app.discussion.models import HELD_FOR, HeldMessage, Message, Posting, Topic
from app.discussion.words import Words, check
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.database import is_sqlite, put, put_values
from app.foundation.ids import new_id
from app.foundation.refusals import Refused
from app.foundation.workers import insert_for
from app.timeline.recording import record
from app.writing.attachments import attach, files_of
from app.writing.mentions import mention

ONE_AFTER = timedelta(microseconds=1)


class Posted(NamedTuple):
    """What became of the words."""

    message_id: str
    topic_id: str
    audience: Audience
    is_held: bool = False


def post(session: ViewerSession, topic: Topic, words: Words, audience: Audience) -> Posted:
    """Guests write to everybody; an answer to an internal message is internal, whatever was chosen."""
    if session.viewer.is_guest:
        audience = Audience.shared
    elif words.reply_to is not None and not words.reply_to.is_shared:
        audience = Audience.internal
    if audience is Audience.shared and not topic.is_shared:
        raise Refused("This topic is internal. Start a shared one to write to the customer.", "audience")
    try:
        check(session, topic.escalation_id, words, audience)
    except Refused:
        if before := posted_before(session, words, audience):
            return before  # it has arrived: what was right then is not judged anew
        raise
    try:
        if audience is Audience.shared and not session.viewer.is_guest:
            return hold(session, topic, words)
        return write(session, topic, words, audience)
    except BeingPosted:  # nothing of this was stored: what is sent for the first time, as most is, need not ask before
        if before := posted_before(session, words, audience):
            return before
        raise


class BeingPosted(Refused):
    """The same act has come already, and stored something or is about to."""

    def __init__(self) -> None:
        super().__init__("This is being posted already. Look at the end of the topic before you send it again.")


def posted_before(session: ViewerSession, words: Words, audience: Audience) -> Posted | None:
    """What an earlier sending of the same act has made; none for the first one."""
    if not words.client_id:
        return None
    message_id = session.execute(_posted(), {ME: session.viewer.person_id, "client_id": words.client_id}).scalar()
    if message_id is None:
        return None
    if message := session.get(Message, message_id):
        if not message.edited_at and not message.deleted_at:
            _check_it_is_the_same(session, words, audience, message)
        return Posted(message.id, message.topic_id, message.audience)
    if held := session.get(HeldMessage, message_id):
        _check_it_is_the_same(session, words, audience, held)
        return Posted(held.id, held.topic_id, Audience.shared, is_held=True)
    return None


def _check_it_is_the_same(
    session: ViewerSession, words: Words, audience: Audience, stored: Message | HeldMessage
) -> None:
    """Somebody whose line broke may go back, write on and send again: what came the first time is not what they mean now.
    The form is given another name for its act, and sends these words when it is sent once more."""
    is_held = isinstance(stored, HeldMessage)
    there = (
        stored.text,
        stored.stamp,
        stored.reply_to_id,
        Audience.shared if is_held else stored.audience,  # type: ignore[union-attr]
        sorted(file.name for file in files_of(session, [stored.id], str(stored.__tablename__)).get(stored.id, [])),
    )
    reply_to = words.reply_to.id if words.reply_to else None
    if there != (words.text, words.stamp, reply_to, audience, sorted(file.name for file in words.files)) or (
        words.next_update_due_at and words.next_update_due_at != _promised_with(session, stored)
    ):
        raise Refused(
            "You sent this before, in other words, with other files, to other readers or with another moment, and that is in "
            "the topic. What you have written now is kept here: send it again if it is to follow.",
            "client_id",
        )


def _promised_with(session: ViewerSession, stored: Message | HeldMessage) -> datetime | None:
    if isinstance(stored, HeldMessage):
        return stored.next_update_due_at
    return session.get_one(Escalation, stored.escalation_id).next_update_due_at


@cache
def _posted() -> Any:
    mine = col(Posting.person_id) == bindparam(ME)
    return select(Posting.message_id).where(mine, col(Posting.client_id) == bindparam("client_id"))


def hold(session: ViewerSession, topic: Topic, words: Words, *, opens_topic: bool = False) -> Posted:
    """It is nowhere but in our own pages until it leaves."""
    assert session.viewer.person_id
    held = HeldMessage(
        escalation_id=topic.escalation_id,
        topic_id=topic.id,
        author_id=session.viewer.person_id,
        text=words.text,
        stamp=words.stamp,
        reply_to_id=words.reply_to.id if words.reply_to else None,
        opens_topic=opens_topic,
        next_update_due_at=words.next_update_due_at,
        held_at=now(),
        leaves_at=now() + HELD_FOR,
    )
    _claim(session, topic, words, held.id)
    put(session, held)
    attach(session, words.files, held, Audience.internal)
    record(session, topic.escalation_id, MessageHeld(), held)
    return Posted(held.id, topic.id, Audience.shared, is_held=True)


def write(session: ViewerSession, topic: Topic, words: Words, audience: Audience) -> Posted:
    assert session.viewer.person_id
    message_id = new_id()
    _claim(session, topic, words, message_id)
    values = {
        "id": message_id,
        "escalation_id": topic.escalation_id,
        "topic_id": topic.id,
        "author_id": session.viewer.person_id,
        "text": words.text,
        "stamp": words.stamp,
        "reply_to_id": words.reply_to.id if words.reply_to else None,
        "sent_at": move_up(session, topic, audience, now()),
        "edited_at": None,
        "deleted_at": None,
        "audience": audience,
    }
    message = put_values(session, Message, values)
    attach(session, words.files, message, audience)
    announce(session, message)
    return Posted(message.id, topic.id, audience)


def move_up(session: ViewerSession, topic: Topic, audience: Audience, at: datetime) -> datetime:
    """Moves the topic up for those who see why, and says when its new message was written: later than all that its readers
    see in the topic, even when the clock was set back, or when several leave in one moment. What answers stands below what
    it answers, and below where everybody has read. Shared words look at shared ones alone, or their moment would tell
    guests of a note of ours."""
    session.flush()  # a topic that begins with this
    is_shared = audience is Audience.shared
    moved, last = _moved(is_shared)
    connection, of_topic = session.connection(), {"of_topic": topic.id}
    if not is_shared:
        # On SQLite nobody else has written since the topic was read.
        shared_at = topic.last_shared_at
        if not is_sqlite(connection):
            shared_at = connection.execute(_moved(True)[1].with_for_update(key_share=True), of_topic).scalar_one()
        at = max(at, shared_at + ONE_AFTER) if shared_at else at
    if connection.execute(moved, {**of_topic, "at": at, "before": at}).first() is None:
        before = connection.execute(last, of_topic).scalar_one()
        at = before + ONE_AFTER
        connection.execute(moved, {**of_topic, "at": at, "before": at})
    if is_shared:
        set_committed_value(topic, "last_shared_at", at)
    return at


@cache
def _moved(is_shared: bool) -> tuple[Any, Any]:
    """Sets the last moment if it is a later one, and finds it out where it is not."""
    table = SQLModel.metadata.tables["topic" if is_shared else "topic_inside"]
    key, last = (table.c.id, table.c.last_shared_at) if is_shared else (table.c.topic_id, table.c.last_note_at)
    is_this = key == bindparam("of_topic")
    is_later = or_(last.is_(None), last < bindparam("before"))
    moved = update(table).where(is_this, is_later).values({last.name: bindparam("at")}).returning(key)
    return moved, select(last).where(is_this).with_for_update()


def announce(session: ViewerSession, message: Message) -> None:
    """A message is there, and who is mentioned is noted."""
    fact = MessageSent() if message.is_shared else NoteAdded()
    record(session, message.escalation_id, fact, message, message.audience)
    mention(session, message.escalation_id, message, message.text, message.audience)


def forget_posting(session: ViewerSession, message_id: str) -> None:
    """What was taken back may be sent again by the same page."""
    for posting in session.exec(select(Posting).where(Posting.message_id == message_id)):
        session.delete(posting)


def _claim(session: ViewerSession, topic: Topic, words: Words, message_id: str) -> None:
    """Two sendings of the same act may arrive at once; the second waits for the first and finds the name taken."""
    if not words.client_id:
        return
    connection = session.connection()
    given = {"person_id": session.viewer.person_id, "client_id": words.client_id, "posted_at": now()}
    given |= {"escalation_id": topic.escalation_id, "message_id": message_id}
    if connection.execute(_claiming(insert_for(connection)), given).first() is None:
        raise BeingPosted


@cache
def _claiming(insert: Any) -> Any:
    # Not by the count of rows: PostgreSQL's driver does not tell it here.
    return insert(Posting).on_conflict_do_nothing().returning(col(Posting.message_id))
