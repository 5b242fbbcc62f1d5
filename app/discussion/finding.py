"""Topics and messages of this escalation, through the viewer's own session."""

from functools import cache
from typing import Any

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.discussion.models import HeldMessage, Message, Topic
from app.escalations.models import Escalation
from app.foundation.refusals import NotFound


def find_topic(session: ViewerSession, escalation: Escalation, topic_id: str) -> Topic:
    found = session.exec(_topic(), params={"id": topic_id, "escalation_id": escalation.id}).first()
    if found is None:
        raise NotFound  # absent, of another escalation or not theirs: the same answer
    return found


def find_message(session: ViewerSession, topic: Topic, message_id: str) -> Message:
    """Deleted ones are found as well: their place stays."""
    found = session.exec(
        select(Message).where(
            Message.id == message_id, Message.topic_id == topic.id, Message.escalation_id == topic.escalation_id
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def find_held(session: ViewerSession, topic: Topic, message_id: str) -> HeldMessage | None:
    """None when it has left, was taken back, or is not theirs to know of."""
    return session.exec(
        select(HeldMessage).where(HeldMessage.id == message_id, HeldMessage.topic_id == topic.id)
    ).first()


@cache
def _topic() -> Any:
    return select(Topic).where(Topic.id == bindparam("id"), Topic.escalation_id == bindparam("escalation_id"))


def topic_for_updates(session: ViewerSession, escalation: Escalation) -> str | None:
    """One that is called so, or else the one the customer was last spoken to in."""
    query = select(Topic.id).where(Topic.escalation_id == escalation.id, Topic.audience == Audience.shared)
    is_called_so = func.lower(Topic.title).contains("update")
    latest = col(Topic.last_shared_at).desc().nulls_last()
    return session.exec(query.order_by(is_called_so.desc(), latest, col(Topic.id)).limit(1)).first()
