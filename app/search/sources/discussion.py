"""Topics, the messages in them and the names of their files. What was held back or said before a change is not found."""

from collections.abc import Iterator

from sqlmodel import col, or_, select

from app.access.session import ViewerSession
from app.discussion.models import Message, Topic
from app.search.documents import Document, Group, indexed
from app.writing.models import Attachment


@indexed("topic", group=Group.discussion, icon="comment", label="Topic")
def topics(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    query = select(Topic)
    if ids is not None:
        query = query.where(col(Topic.id).in_(ids))
    for row in session.exec(query):
        yield Document(
            kind="topic",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            title=row.title,
            body="",
            happened_at=row.started_at,
        )


@indexed(
    "message",
    group=Group.discussion,
    icon="comment",
    label="Message",
    parents=("topic",),
    named_by="topic",
)
def messages(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    query = select(Message).where(col(Message.deleted_at).is_(None))
    if ids is not None:
        query = query.where(or_(col(Message.id).in_(ids), col(Message.topic_id).in_(ids)))
    for row in session.exec(query):
        yield Document(
            kind="message",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            body=row.text,
            happened_at=row.sent_at,
            parents=(row.topic_id,),
        )


@indexed("attachment", group=Group.discussion, icon="file", label="File", parents=("message",))
def files(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    query = select(Attachment).where(col(Attachment.removed_at).is_(None), Attachment.owner_kind == "message")
    if ids is not None:
        query = query.where(or_(col(Attachment.id).in_(ids), col(Attachment.owner_id).in_(ids)))
    for row in session.exec(query):
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
