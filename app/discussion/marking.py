"""How far somebody has read, moved by them alone."""

from datetime import datetime

from app.access.session import ViewerSession
from app.discussion.models import Message, ReadMark, Topic


def mark_read(session: ViewerSession, topic: Topic, up_to: Message) -> None:
    """Only forward: a page that was open for long does not bring back what was read elsewhere."""
    mark = session.get(ReadMark, (session.viewer.person_id, topic.id))
    if mark is None or (mark.last_read_at, mark.last_read_id) < (up_to.sent_at, up_to.id):
        _place(session, topic, mark, up_to.sent_at, up_to.id)


def mark_unread(session: ViewerSession, topic: Topic, from_message: Message) -> None:
    """This message and all after it are new again."""
    mark = session.get(ReadMark, (session.viewer.person_id, topic.id))
    _place(session, topic, mark, from_message.sent_at, "")


def _place(session: ViewerSession, topic: Topic, mark: ReadMark | None, at: datetime, message_id: str) -> None:
    assert session.viewer.person_id
    if mark is None:
        mark = ReadMark(
            person_id=session.viewer.person_id, topic_id=topic.id, escalation_id=topic.escalation_id, last_read_at=at
        )
    mark.last_read_at, mark.last_read_id = at, message_id
    session.add(mark)
