"""One piece of news for one person."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.access.policy import SeenBy
from app.foundation.database import moment, row_id


class Notification(SQLModel, table=True):
    """A fact that concerns somebody. Its words are made when it is read, as whoever reads it."""

    __table_args__ = (
        UniqueConstraint("entry_id", "person_id"),
        Index("ix_notification_person", "person_id", "created_at"),
    )
    seen_by: ClassVar[SeenBy] = SeenBy.oneself
    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    person_id: str = Field(foreign_key="person.id")
    entry_id: str = Field(foreign_key="timeline_entry.id")
    letter_id: str | None = Field(default=None, foreign_key="letter.id", index=True)  # the letter that also tells it
    created_at: datetime = moment()
    read_at: datetime | None = None
