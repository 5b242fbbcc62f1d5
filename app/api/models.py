"""What was answered to a request that may be sent again."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel

from app.access.policy import SeenBy
from app.foundation.database import long_text, moment


class KeptAnswer(SQLModel, table=True):
    """An act that carried an Idempotency-Key, and its answer. Stored with the act, kept for a day."""

    __tablename__ = "kept_answer"
    seen_by: ClassVar[SeenBy] = SeenBy.system
    token_id: str = Field(foreign_key="personal_token.id", primary_key=True)
    key: str = Field(primary_key=True, max_length=200)
    asked: str = Field(max_length=64)  # a hash of method, address and body
    status: int
    location: str = Field(default="", max_length=300)
    body: str = long_text()  # empty once the message it tells of is gone for good
    message_id: str | None = Field(default=None, max_length=16, index=True)
    answered_at: datetime = moment(index=True)
