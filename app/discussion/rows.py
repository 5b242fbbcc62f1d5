"""One message as its reader may see it, with its author, files and what it answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import and_, func
from sqlalchemy.orm import aliased
from sqlmodel import col, exists, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.discussion.models import HeldMessage, Message, Stamp, Topic
from app.people.models import Person, Side
from app.writing.attachments import files_of
from app.writing.markdown import excerpt, render
from app.writing.models import Attachment

SOMEBODY = "Somebody"
TEXT, HAS_FILES = 5, 14  # the places of these in a message's row


class MessageRow(NamedTuple):
    """One message as its reader may see it. A tuple, for a topic read as a whole makes and compares a thousand."""

    id: str
    topic_id: str
    author_id: str
    author: str
    is_guests: bool
    text: str
    sent_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    audience: Audience
    stamp: Stamp | None
    reply_to_id: str | None  # none as well when what it answers cannot be seen
    reply_author: str
    reply_text: str
    files: tuple["FileRow", ...] = ()
    leaves_at: datetime | None = None  # of one that is held
    next_update_due_at: datetime | None = None  # as above

    @property
    def is_shared(self) -> bool:
        return self.audience is Audience.shared

    @property
    def is_held(self) -> bool:
        return self.leaves_at is not None

    @property
    def html(self) -> Markup:
        return render(self.text)

    @property
    def answers(self) -> str:
        return excerpt(self.reply_text, 120) or "a message without words"


class FileRow(NamedTuple):
    """A file of a message."""

    id: str
    name: str
    size: int
    is_picture: bool


def messages_with_authors() -> Any:
    author, answered, asked = aliased(Person), aliased(Message), aliased(Person)
    columns: list[Any] = [
        *(Message.id, Message.topic_id, Message.author_id, author.name, author.side),
        *(Message.text, Message.sent_at, Message.edited_at, Message.deleted_at, Message.audience, Message.stamp),
        answered.id,
        asked.name,
        func.substr(answered.text, 1, 500),
        exists().where(  # most have no files, and then these are not asked for
            col(Attachment.owner_id) == Message.id,
            col(Attachment.owner_kind) == "message",
            col(Attachment.removed_at).is_(None),
        ),
    ]
    return (
        select(*columns)
        .select_from(Message)
        .outerjoin(author, col(author.id) == Message.author_id)
        .outerjoin(answered, and_(col(answered.id) == Message.reply_to_id, col(answered.topic_id) == Message.topic_id))
        .outerjoin(asked, col(asked.id) == answered.author_id)
    )


def rows_of(session: ViewerSession, found: Iterable[Any]) -> list[MessageRow]:
    rows = {row[0]: row for row in found}
    files = files_of(session, [message_id for message_id, row in rows.items() if row[HAS_FILES]], "message")
    return [_row(row, files.get(message_id, [])) for message_id, row in rows.items()]


def _row(row: Any, files: Iterable[Attachment]) -> MessageRow:
    message_id, topic_id, author_id, author, side, text, sent_at, edited_at, deleted_at, audience, stamp, *rest = row
    reply_to, reply_author, reply_text, *_ = rest
    return MessageRow(
        message_id,
        topic_id,
        author_id,
        author or SOMEBODY,
        side is Side.guest,
        text,
        sent_at,
        edited_at,
        deleted_at,
        audience,
        stamp,
        reply_to,
        reply_author or SOMEBODY,
        reply_text or "",
        tuple(map(_file, files)),
    )


def held_rows(session: ViewerSession, topic: Topic) -> list[MessageRow]:
    """A guest's session sees none of these."""
    if session.viewer.is_guest:
        return []
    query = (
        select(HeldMessage, Person.name)
        .join(Person, col(Person.id) == HeldMessage.author_id)
        .where(HeldMessage.topic_id == topic.id)
        .order_by(col(HeldMessage.held_at), col(HeldMessage.id))
    )
    rows = [
        MessageRow(
            id=held.id,
            topic_id=held.topic_id,
            author_id=held.author_id,
            author=name,
            is_guests=False,
            text=held.text,
            sent_at=held.held_at,
            edited_at=None,
            deleted_at=None,
            audience=Audience.shared,
            stamp=held.stamp,
            reply_to_id=None,
            reply_author="",
            reply_text="",
            leaves_at=held.leaves_at,
            next_update_due_at=held.next_update_due_at,
        )
        for held, name in session.exec(query)
    ]
    files = files_of(session, [row.id for row in rows], "held_message")
    return [row._replace(files=tuple(map(_file, files[row.id]))) if row.id in files else row for row in rows]


def _file(file: Attachment) -> FileRow:
    return FileRow(file.id, file.name, file.size, file.is_picture)
