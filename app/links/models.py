"""The one table of links."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.access.policy import Shareable
from app.foundation.database import moment, row_id


class Link(Shareable, SQLModel, table=True):
    """One record led to another. Kinds are table names; what the ends are called is asked of the domains they belong to."""

    # Not unique: a guest may draw a link that is there already for our side alone, and is not to be told.
    __table_args__ = (Index("ix_link_from", "from_kind", "from_id"), Index("ix_link_to", "to_kind", "to_id"))

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    from_kind: str = Field(max_length=40)
    from_id: str = Field(max_length=16)
    to_kind: str = Field(max_length=40)
    to_id: str = Field(max_length=16)
    linked_by_id: str | None = Field(default=None, foreign_key="person.id")
    linked_at: datetime = moment()
