"""What topics, messages and files are called and where they are."""

from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import SQLModel, col, select

from app.access.session import ViewerSession
from app.discussion.models import HeldMessage, Message, Topic
from app.escalations.models import Escalation
from app.timeline.describing import Described, describes
from app.writing.markdown import excerpt
from app.writing.models import Attachment

DELETED = "a deleted message"
ONLY_FILES = "a message with files"


@describes("topic")
def describe_topics(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    rows = _rows(session, ids, Topic, Topic.id, Topic.title)
    return {topic_id: Described(title, topic_url(key, topic_id)) for key, topic_id, title in rows}


@describes("message")
def describe_messages(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    rows = _rows(session, ids, Message, Message.id, Message.topic_id, Message.text, Message.deleted_at)
    return {
        message_id: Described(_title(text, deleted_at is not None), message_url(key, topic_id, message_id))
        for key, message_id, topic_id, text, deleted_at in rows
    }


@describes("held_message")
def describe_held_messages(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    """One that has left is the message of the same id."""
    rows = _rows(session, ids, HeldMessage, HeldMessage.id, HeldMessage.topic_id, HeldMessage.text)
    held = {row_id: Described(_title(text, False), topic_url(key, topic)) for key, row_id, topic, text in rows}
    return describe_messages(session, ids - set(held)) | held


@describes("attachment")
def describe_attachments(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    rows = _rows(session, ids, Attachment, Attachment.id, Attachment.name, Attachment.removed_at)
    return {
        file_id: Described(name, f"/escalations/{key}/files/{file_id}")
        for key, file_id, name, removed_at in rows
        if removed_at is None
    }


def topic_url(key: str, topic_id: str) -> str:
    return f"/escalations/{key}/discussion/{topic_id}"


def message_url(key: str, topic_id: str, message_id: str) -> str:
    return f"{topic_url(key, topic_id)}?at={message_id}#message-{message_id}"


def _title(text: str, is_deleted: bool) -> str:
    return DELETED if is_deleted else excerpt(text) or ONLY_FILES


def _rows(session: ViewerSession, ids: set[str], table: type[SQLModel], *columns: Any) -> list[Any]:
    if not ids:
        return []
    return list(session.rows(_named(table, *columns), {"ids": list(ids)}))


@cache
def _named(table: Any, *columns: Any) -> Any:
    query = select(Escalation.key, *columns).join(table, col(table.escalation_id) == Escalation.id)
    return query.where(col(table.id).in_(bindparam("ids", expanding=True)))
