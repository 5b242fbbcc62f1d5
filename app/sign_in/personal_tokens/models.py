"""The table of personal tokens."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlmodel import Field, SQLModel

from app.access.policy import SeenBy
from app.foundation.database import choice, moment, row_id


class Scope(StrEnum):
    """What a token is for. Writing includes reading."""

    read = "read"
    write = "write"


class PersonalToken(SQLModel, table=True):
    """A colleague's leave for a program. The token itself was shown once; here is its hash, and how it begins."""

    __tablename__ = "personal_token"
    seen_by: ClassVar[SeenBy] = SeenBy.system
    id: str = row_id()
    token_hash: str = Field(max_length=64, unique=True)
    beginning: str = Field(max_length=12)
    person_id: str = Field(foreign_key="person.id", index=True)
    name: str = Field(max_length=80)
    scope: Scope = choice(Scope)
    created_at: datetime = moment()
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by_id: str | None = Field(default=None, foreign_key="person.id")
