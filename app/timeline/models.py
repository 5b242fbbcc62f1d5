"""The timeline's tables: entries in order, the pulse open pages follow, and the errands readers still have to do."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.access.policy import ReadByGroup, SeenBy
from app.foundation.database import index_where, long_text, moment, row_id
from app.timeline.facts import KINDS, Fact


class TimelineEntry(ReadByGroup, SQLModel, table=True):
    """One fact. `number` counts all of an escalation's entries; `shared_number` only those every guest may see,
    so that nothing a guest receives moves with what they may not see."""

    __tablename__ = "timeline_entry"
    __table_args__ = (
        UniqueConstraint("escalation_id", "number"),
        # Most entries are ours alone, and not in the index of what guests are told.
        index_where("shared_number is not null", "ix_timeline_entry_shared", "escalation_id", "shared_number"),
        Index("ix_timeline_entry_subject", "subject_id"),
    )

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id")
    number: int
    shared_number: int | None = None
    kind: str = Field(max_length=60)
    details: str = long_text(default="{}")
    subject_kind: str = Field(max_length=40)
    subject_id: str = Field(max_length=16)
    actor_id: str | None = Field(default=None, foreign_key="person.id")
    occurred_at: datetime = moment()

    @property
    def fact(self) -> Fact:
        return KINDS[self.kind].model_validate_json(self.details)


class Pulse(SQLModel, table=True):
    """How far an escalation's or a person's news has come; open pages look here whether to look further."""

    seen_by: ClassVar[SeenBy] = SeenBy.system
    topic: str = Field(primary_key=True, max_length=40)
    number: int = 0
    shared_number: int = 0


class Errand(SQLModel, table=True):
    """An entry that one of the timeline's readers has not dealt with yet. Stored with the entry, gone when done."""

    seen_by: ClassVar[SeenBy] = SeenBy.system
    reader: str = Field(primary_key=True, max_length=20)
    entry_id: str = Field(foreign_key="timeline_entry.id", primary_key=True)
    created_at: datetime = moment()
    tries: int = 0
    not_before: datetime = moment()
