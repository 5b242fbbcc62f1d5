"""After a restore: what was just leaving for the customer stays with us, because its author may have taken it back since."""

from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.discussion.models import HeldMessage, Message, Topic, TopicInside
from app.discussion.posting import forget_posting
from app.discussion.releasing import remove_if_empty
from app.discussion.words_back import keep_as_draft
from app.writing.attachments import attached_to, hand_over


def keep_back_all(session: ViewerSession) -> int:
    """Words become their author's draft. With files they become a note of ours, for a draft has none and both stay together
    there. The session is the system's; nothing of this is anybody's act, so the timeline tells of none."""
    kept = session.exec(select(HeldMessage).order_by(col(HeldMessage.held_at), HeldMessage.id)).all()
    for held in kept:
        topic = session.get_one(Topic, held.topic_id)
        forget_posting(session, held.id)
        if attached_to(session, held):
            _note(session, held)
        else:
            keep_as_draft(session, held, topic)
        session.delete(held)
        session.flush()
        if held.opens_topic:
            remove_if_empty(session, topic)
    return len(kept)


def _note(session: ViewerSession, held: HeldMessage) -> None:
    note = Message(
        id=held.id,
        escalation_id=held.escalation_id,
        topic_id=held.topic_id,
        author_id=held.author_id,
        text=held.text,
        stamp=held.stamp,
        reply_to_id=held.reply_to_id,
        sent_at=held.held_at,
        audience=Audience.internal,
    )
    session.add(note)
    session.flush()
    hand_over(session, held, note, Audience.internal)
    inside = session.get_one(TopicInside, held.topic_id)
    inside.last_note_at = max(inside.last_note_at or note.sent_at, note.sent_at)
    session.add(inside)
