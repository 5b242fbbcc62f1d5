"""Topics, the messages in them and the names of their files. What was held back or said before a change is not found."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.discussion.models import Message, Topic
from app.discussion.naming import message_url
from app.escalations.models import Escalation
from app.search.documents import Chosen, Document, Group, Which, indexed
from app.timeline.describing import Described
from app.writing.models import Attachment


@cache
def _topics(which: Which) -> Any:
    query = select(Topic)
    return which.of(query, col(Topic.id))


@indexed("topic", group=Group.discussion, icon="comment", label="Topic")
def topics(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for (row,) in chosen.read(session, _topics):
        yield Document(
            kind="topic",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            title=row.title,
            body="",
            happened_at=row.started_at,
        )


@cache
def _messages(which: Which) -> Any:
    columns: list[Any] = [
        *(Message.id, Message.escalation_id, Message.audience, Message.text, Message.sent_at),
        *(Topic.id, Topic.title, Escalation.key),
    ]
    query = (
        select(*columns)
        .select_from(Message)
        .join(Topic, col(Topic.id) == Message.topic_id)
        .join(Escalation, col(Escalation.id) == Message.escalation_id)
        .where(col(Message.deleted_at).is_(None))
    )
    return which.of(query, col(Message.id), col(Message.topic_id))


@indexed(
    "message",
    group=Group.discussion,
    icon="comment",
    label="Message",
    parents=("topic",),
    named_by="topic",
)
def messages(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for message_id, escalation_id, audience, text, sent_at, topic_id, title, key in chosen.rows(session, _messages):
        yield Document(
            kind="message",
            id=message_id,
            escalation_id=escalation_id,
            audience=audience,
            body=text,
            happened_at=sent_at,
            parents=(topic_id,),
            described=Described(title, message_url(key, topic_id, message_id)),
        )


@cache
def _files(which: Which) -> Any:
    query = select(Attachment).where(col(Attachment.removed_at).is_(None), Attachment.owner_kind == "message")
    return which.of(query, col(Attachment.id), col(Attachment.owner_id))


@indexed("attachment", group=Group.discussion, icon="file", label="File", parents=("message",))
def files(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for (row,) in chosen.read(session, _files):
        yield Document(
            kind="attachment",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            title=row.name,
            body="",
            happened_at=row.added_at,
            parents=(row.owner_id,),
        )
