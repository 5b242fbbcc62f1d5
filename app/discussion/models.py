"""Topics, the messages in them, those that have not left yet or are being deleted, and how far each person has read."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.access.policy import SeenBy, Shareable
from app.foundation.database import choice, long_text, moment, row_id

HELD_FOR = timedelta(seconds=15)  # in which a message to the customer can be taken back
RESTORABLE_FOR = timedelta(seconds=30)  # after it was deleted
LONGEST = 60_000  # characters of one message


class Stamp(StrEnum):
    """What the writer wants their words to be taken as."""

    question = "question"
    concern = "concern"
    disagreement = "disagreement"
    urgent = "urgent"


class Topic(Shareable, SQLModel, table=True):
    """A shared one holds messages for both sides and notes of ours; an internal one notes alone."""

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    title: str = Field(max_length=200)
    started_by_id: str = Field(foreign_key="person.id")
    started_at: datetime = moment()
    last_shared_at: datetime | None = None  # the order that guests see moves with what they see


class TopicInside(SQLModel, table=True):
    """What only our side knows of a topic."""

    __tablename__ = "topic_inside"
    seen_by: ClassVar[SeenBy] = SeenBy.staff_inside
    topic_id: str = Field(foreign_key="topic.id", primary_key=True)
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    last_note_at: datetime | None = None


class Message(Shareable, SQLModel, table=True):
    """Internal or shared for good: what is to be shared later is copied into a new one."""

    __table_args__ = (
        Index("ix_message_topic", "topic_id", "sent_at", "id"),
        Index("ix_message_latest", "escalation_id", "audience", "sent_at"),
    )

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id")
    topic_id: str = Field(foreign_key="topic.id")
    author_id: str = Field(foreign_key="person.id")
    text: str = long_text()
    stamp: Stamp | None = choice(Stamp, default=None, nullable=True)
    reply_to_id: str | None = Field(default=None, max_length=16)
    sent_at: datetime = moment()
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


class HeldMessage(SQLModel, table=True):
    """On its way to the customer, and not there: it moves into `Message` when it leaves."""

    __tablename__ = "held_message"
    seen_by: ClassVar[SeenBy] = SeenBy.staff_inside
    id: str = row_id()  # the message has the same one
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    topic_id: str = Field(foreign_key="topic.id", index=True)
    author_id: str = Field(foreign_key="person.id")
    text: str = long_text()
    stamp: Stamp | None = choice(Stamp, default=None, nullable=True)
    reply_to_id: str | None = Field(default=None, max_length=16)
    opens_topic: bool = False  # the topic becomes shared when this leaves, and not before
    next_update_due_at: datetime | None = None  # said with these words: when the customer hears next
    held_at: datetime = moment()
    leaves_at: datetime = Field(index=True)


class EarlierWords(SQLModel, table=True):
    """What a message said before it was changed."""

    __tablename__ = "earlier_words"
    seen_by: ClassVar[SeenBy] = SeenBy.staff_inside
    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    message_id: str = Field(foreign_key="message.id", index=True)
    text: str = long_text()
    replaced_at: datetime = moment()


class DeletedWords(SQLModel, table=True):
    """What a message said, for the moment in which its deletion can be taken back. It is in nobody's session, so that no
    page, search or letter can show it."""

    __tablename__ = "deleted_words"
    seen_by: ClassVar[SeenBy] = SeenBy.system
    message_id: str = Field(foreign_key="message.id", primary_key=True)
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    person_id: str = Field(foreign_key="person.id")  # who deleted it, and alone can bring it back
    text: str = long_text()
    stamp: Stamp | None = choice(Stamp, default=None, nullable=True)
    earlier: str = long_text()  # JSON: id, words and moment of each time it was changed
    mentioned: str = long_text()  # JSON: id, person and moment of each mention
    gone_at: datetime = Field(index=True)


class Posting(SQLModel, table=True):
    """A browser's name for one act of posting: sent twice, it makes one message."""

    seen_by: ClassVar[SeenBy] = SeenBy.oneself
    person_id: str = Field(foreign_key="person.id", primary_key=True)
    client_id: str = Field(primary_key=True, max_length=32)
    escalation_id: str = Field(foreign_key="escalation.id")
    message_id: str = Field(max_length=16, index=True)
    posted_at: datetime = moment()


class ReadMark(SQLModel, table=True):
    """How far somebody has read in a topic: up to and including this moment and message."""

    __tablename__ = "read_mark"
    seen_by: ClassVar[SeenBy] = SeenBy.oneself
    person_id: str = Field(foreign_key="person.id", primary_key=True)
    topic_id: str = Field(foreign_key="topic.id", primary_key=True, index=True)
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    last_read_at: datetime
    last_read_id: str = Field(default="", max_length=16)
