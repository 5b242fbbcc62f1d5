"""A meeting and what belongs to it: who is invited, its agenda, the notes on each item, and what was decided."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field

from app.access.policy import Shareable
from app.foundation.clock import now
from app.foundation.database import choice, long_text, moment, row_id

TITLE = 200
ITEM_TITLE = 300
WORDS = 4000


class MeetingState(StrEnum):
    planned = "planned"
    running = "running"
    ended = "ended"
    cancelled = "cancelled"


class Origin(StrEnum):
    """What an agenda item was composed of. The words are the names of the tables."""

    concern = "concern"
    action_item = "action_item"
    agenda_item = "agenda_item"  # carried over, not discussed last time


class TextFor(StrEnum):
    """Which of an item's two texts a note is. What was written for both sides says so even while it is withdrawn."""

    both_sides = "both_sides"
    our_side = "our_side"


class Meeting(Shareable, table=True):
    """A conversation with a beginning and an end. Shared, every guest of the escalation reads its title, time and place."""

    __table_args__ = (Index("ix_meeting_listed", "escalation_id", "starts_at"),)

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id")
    title: str = Field(max_length=TITLE)
    starts_at: datetime = Field(index=True)
    ends_at: datetime
    zone: str = Field(max_length=60)  # where it was planned
    place: str = Field(default="", max_length=200)
    link: str = Field(default="", max_length=500)
    state: MeetingState = choice(MeetingState, default=MeetingState.planned)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    sequence: int = 0  # how often its invitation changed; calendars replace the older ones
    shared_sequence: int = 0  # the same as the customer's calendars are told
    planned_by_id: str | None = Field(default=None, foreign_key="person.id")
    created_at: datetime = moment()

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    def count_change(self) -> None:
        """Of the invitation. The customer's calendars count what changed while they could read it: the other number would
        tell how often it was moved before."""
        self.sequence += 1
        if self.is_shared:
            self.shared_sequence += 1

    @property
    def is_cancelled(self) -> bool:
        return self.state is MeetingState.cancelled

    @property
    def is_running(self) -> bool:
        return self.state is MeetingState.running

    @property
    def is_over(self) -> bool:
        """Ended by somebody, or its time has passed without anybody ending it."""
        return self.state is MeetingState.ended or (self.state is MeetingState.planned and self.ends_at < now())


class Invitation(Shareable, table=True):
    """Somebody is asked to a meeting. As open as the meeting."""

    meeting_id: str = Field(foreign_key="meeting.id", primary_key=True)
    person_id: str = Field(foreign_key="person.id", primary_key=True, index=True)
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    invited_at: datetime = moment()


class AgendaItem(Shareable, table=True):
    """One thing to talk about. A shared one carries nothing but words the customer may read."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        Index("ix_agenda_item_listed", "meeting_id", "position"),
        Index("ix_agenda_item_origin", "origin_id"),
    )

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    meeting_id: str = Field(foreign_key="meeting.id")
    position: int
    title: str = Field(max_length=ITEM_TITLE)
    origin_kind: Origin | None = choice(Origin, default=None, nullable=True)
    origin_id: str | None = Field(default=None, max_length=16)
    planned_minutes: int | None = None
    carried_from_id: str | None = Field(default=None, max_length=16)
    times_carried: int = 0
    added_by_id: str | None = Field(default=None, foreign_key="person.id")  # none: composed
    created_at: datetime = moment()
    discussed_at: datetime | None = None
    removed_at: datetime | None = None

    @property
    def is_discussed(self) -> bool:
        return self.discussed_at is not None

    @property
    def anchor(self) -> str:
        return f"item-{self.id}"


class Note(Shareable, table=True):
    """One text of one agenda item, as it stands now."""

    __table_args__ = (Index("ix_note_of_meeting", "meeting_id"),)

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    meeting_id: str = Field(foreign_key="meeting.id")
    agenda_item_id: str = Field(foreign_key="agenda_item.id", index=True)
    text_for: TextFor = choice(TextFor)
    text: str = long_text(default="")
    version: int = 0  # 0: nobody wrote anything yet
    changed_at: datetime | None = None
    changed_by_id: str | None = Field(default=None, foreign_key="person.id")

    @property
    def is_for_both_sides(self) -> bool:
        return self.text_for is TextFor.both_sides


class NoteVersion(Shareable, table=True):
    """One save of a note. Never changed, never deleted; as open as the note."""

    __tablename__ = "note_version"

    note_id: str = Field(foreign_key="note.id", primary_key=True)
    number: int = Field(primary_key=True)
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    base: int  # the version its author started from
    text: str = long_text()
    submitted: str | None = long_text(default=None, nullable=True)  # what they sent, where merging made it another text
    writer: str = Field(default="", max_length=40)  # the page it was typed in
    has_conflict: bool = False
    restored_from: int | None = None
    saved_by_id: str | None = Field(default=None, foreign_key="person.id")
    saved_at: datetime = moment()

    @property
    def sent(self) -> str:
        return self.text if self.submitted is None else self.submitted


class Decision(Shareable, table=True):
    """What was decided, in one sentence."""

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    agenda_item_id: str | None = Field(default=None, foreign_key="agenda_item.id", index=True)
    text: str = long_text()
    decided_at: datetime = moment()
    recorded_by_id: str | None = Field(default=None, foreign_key="person.id")
    removed_at: datetime | None = None
