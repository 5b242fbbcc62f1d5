"""A topic and a message as a program reads them, and what it may send."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.api.people import Known, PersonOut
from app.api.reading import Given
from app.discussion.models import LONGEST, HeldMessage, Message, Stamp, Topic
from app.writing.attachments import files_of
from app.writing.models import Attachment


class FileOut(BaseModel):
    id: str
    name: str
    kind: str
    size: int


class TopicOut(BaseModel):
    id: str
    title: str
    audience: Audience
    started_by: PersonOut | None
    started_at: datetime


class MessageOut(BaseModel):
    """Of a deleted one its place is left, and no words."""

    id: str
    topic_id: str
    author: PersonOut | None
    text: str = Field(description="Markdown.")
    audience: Audience
    stamp: Stamp | None
    reply_to_id: str | None
    sent_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    leaves_at: datetime | None = Field(description="Set while a message to the customer can still be taken back.")
    next_update_due_at: datetime | None = Field(
        default=None, description="Of one that has not left yet: when the customer hears next, once it has."
    )
    files: list[FileOut]


class EarlierOut(BaseModel):
    text: str
    replaced_at: datetime


class Writing(Given):
    text: str = Field(min_length=1, max_length=LONGEST, description="Markdown.", examples=["The import ran at 02:10."])
    audience: Audience = Field(
        default=Audience.internal, description="What is `shared` goes to the customer after 15 seconds."
    )
    stamp: Stamp | None = None
    in_spite: bool = Field(default=False, description="Send it although it links to something only our side can open.")
    next_update_due_at: AwareDatetime | None = Field(
        default=None, description="With words for the customer: when they hear next. Said and taken back with them."
    )


class PostMessage(Writing):
    reply_to_id: str = Field(default="", max_length=16)


class StartTopic(Writing):
    title: str = Field(min_length=1, max_length=200, examples=["What the log says"])


class ChangeMessage(Given):
    text: str = Field(min_length=1, max_length=LONGEST)
    in_spite: bool = False


class ShareMessage(Given):
    """The words as the customer is to read them; a title when the topic itself is internal."""

    text: str = Field(min_length=1, max_length=LONGEST)
    title: str = Field(default="", max_length=200)
    in_spite: bool = False


class ReadUpTo(Given):
    message_id: str = Field(min_length=1, max_length=16)


class NewFrom(Given):
    message_id: str = Field(min_length=1, max_length=16)


def topics_out(session: ViewerSession, topics: list[Topic]) -> list[TopicOut]:
    known = Known(session, [one.started_by_id for one in topics])
    return [
        TopicOut(
            id=one.id,
            title=one.title,
            audience=one.audience,
            started_by=known.person(one.started_by_id),
            started_at=one.started_at,
        )
        for one in topics
    ]


def messages_out(session: ViewerSession, messages: list[Message]) -> list[MessageOut]:
    known = Known(session, [one.author_id for one in messages])
    files = files_of(session, [one.id for one in messages], "message")
    return [
        MessageOut(
            id=one.id,
            topic_id=one.topic_id,
            author=known.person(one.author_id),
            text=one.text,
            audience=one.audience,
            stamp=one.stamp,
            reply_to_id=one.reply_to_id,
            sent_at=one.sent_at,
            edited_at=one.edited_at,
            deleted_at=one.deleted_at,
            leaves_at=None,
            files=[_file(file) for file in files.get(one.id, [])],
        )
        for one in messages
    ]


def message_out(session: ViewerSession, message: Message) -> MessageOut:
    session.flush()
    return messages_out(session, [message])[0]


def held_out(session: ViewerSession, held: list[HeldMessage]) -> list[MessageOut]:
    known = Known(session, [one.author_id for one in held])
    files = files_of(session, [one.id for one in held], "held_message")
    return [
        MessageOut(
            id=one.id,
            topic_id=one.topic_id,
            author=known.person(one.author_id),
            text=one.text,
            audience=Audience.shared,
            stamp=one.stamp,
            reply_to_id=one.reply_to_id,
            sent_at=one.held_at,
            edited_at=None,
            deleted_at=None,
            leaves_at=one.leaves_at,
            next_update_due_at=one.next_update_due_at,
            files=[_file(file) for file in files.get(one.id, [])],
        )
        for one in held
    ]


def _file(file: Attachment) -> FileOut:
    return FileOut(id=file.id, name=file.name, kind=file.kind, size=file.size)
