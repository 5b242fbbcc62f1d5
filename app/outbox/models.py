"""A letter on its way to one person."""

import json
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlmodel import Field, SQLModel

from app.access.policy import SeenBy
from app.foundation.database import choice, long_text, moment, row_id


class LetterState(StrEnum):
    waiting = "waiting"
    sending = "sending"
    sent = "sent"
    failed = "failed"
    suppressed = "suppressed"  # its reader lost access, muted, or there was nothing left to say


class Letter(SQLModel, table=True):
    """One letter to one person. Its words are made at sending time, as its recipient; only ids are stored."""

    seen_by: ClassVar[SeenBy] = SeenBy.staff
    id: str = row_id()
    recipient_id: str = Field(foreign_key="person.id", index=True)
    kind: str = Field(max_length=40)
    about: str = long_text(default="{}")
    key: str | None = Field(default=None, max_length=120, unique=True)  # the same cause never makes two letters
    state: LetterState = choice(LetterState, default=LetterState.waiting)
    tries: int = 0
    due_at: datetime = moment(index=True)
    claimed_until: datetime | None = None
    created_at: datetime = moment()
    sent_at: datetime | None = None
    reason: str = Field(default="", max_length=300)

    @property
    def details(self) -> dict[str, str]:
        return json.loads(self.about)
