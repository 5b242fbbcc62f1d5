"""A concern: what both sides read of it, what only our side knows, and how it moved in the two orders."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.access.policy import SeenBy, Shareable
from app.foundation.database import choice, long_text, moment, row_id


class CustomerWord(StrEnum):
    """Where a concern stands, in the customer's language."""

    received = "received"
    looking_into_it = "looking_into_it"
    workaround_in_place = "workaround_in_place"
    fix_in_test = "fix_in_test"
    available_to_you = "available_to_you"
    agreed_in_place = "agreed_in_place"
    needs_your_input = "needs_your_input"
    not_planned = "not_planned"


class WorkState(StrEnum):
    """Where it stands for us."""

    not_started = "not_started"
    investigating = "investigating"
    waiting = "waiting"
    building = "building"
    testing = "testing"
    releasing = "releasing"
    done = "done"
    parked = "parked"


class Order(StrEnum):
    """Whose order a concern was moved in."""

    theirs = "theirs"
    ours = "ours"


CUSTOMER_WORDS = {
    CustomerWord.received: "Received",
    CustomerWord.looking_into_it: "Looking into it",
    CustomerWord.workaround_in_place: "Workaround in place",
    CustomerWord.fix_in_test: "Fix in test",
    CustomerWord.available_to_you: "Available to you",
    CustomerWord.agreed_in_place: "Agreed, in place",
    CustomerWord.needs_your_input: "Needs your input",
    CustomerWord.not_planned: "Not planned",
}
CUSTOMER_WORDS_MEAN = {
    CustomerWord.received: "We have read it, and one person answers for it.",
    CustomerWord.looking_into_it: "We are finding out what is behind it.",
    CustomerWord.workaround_in_place: "There is a way around it that you can use until the remedy reaches you.",
    CustomerWord.fix_in_test: "The remedy is being tried before it reaches you.",
    CustomerWord.available_to_you: "You can use it now.",
    CustomerWord.agreed_in_place: "What we agreed is done and in place.",
    CustomerWord.needs_your_input: "We cannot go on without something from you.",
    CustomerWord.not_planned: "We will not do this; the answer says why.",
}
IS_THERE = {CustomerWord.available_to_you, CustomerWord.agreed_in_place}


class Concern(Shareable, SQLModel, table=True):
    """Something that worries the customer. Internal until shared; then every guest of the escalation reads all of it."""

    __table_args__ = (Index("ix_concern_order", "escalation_id", "resolved_at", "customer_rank"),)

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    words: str = Field(max_length=300)
    details: str = long_text(default="")
    raised_by_id: str | None = Field(default=None, foreign_key="person.id")
    raised_at: datetime = moment()
    customer_rank: int | None = (
        None  # with gaps; only its order means something. None: never was in the customer's order
    )
    customer_word: CustomerWord = choice(CustomerWord, default=CustomerWord.received)
    answer: str = long_text(default="")
    available_on: date | None = None
    owner_id: str = Field(foreign_key="person.id")
    resolved_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def is_answered(self) -> bool:
        return self.customer_word is not CustomerWord.received or bool(self.answer) or self.available_on is not None

    @property
    def word(self) -> str:
        return CUSTOMER_WORDS[self.customer_word]

    @property
    def word_means(self) -> str:
        return CUSTOMER_WORDS_MEAN[self.customer_word]

    @property
    def word_colour(self) -> str:
        return colour_of(self.customer_word)

    @property
    def is_there(self) -> bool:
        return self.customer_word in IS_THERE


def colour_of(word: CustomerWord) -> str:
    if word in IS_THERE:
        return "ok"
    return "warn" if word is CustomerWord.needs_your_input else ""


class ConcernInside(SQLModel, table=True):
    """What only our side knows of a concern. Guests raise concerns without it; it is made when a colleague needs it."""

    __tablename__ = "concern_inside"
    seen_by: ClassVar[SeenBy] = SeenBy.staff_inside
    concern_id: str = Field(foreign_key="concern.id", primary_key=True)
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    our_rank: int | None = None
    state: WorkState = choice(WorkState, default=WorkState.not_started)
    remarks: str = long_text(default="")


class TrackerLink(SQLModel, table=True):
    """Where our work on a concern is kept. Removing it can be undone."""

    __tablename__ = "tracker_link"
    seen_by: ClassVar[SeenBy] = SeenBy.staff_inside
    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    concern_id: str = Field(foreign_key="concern.id", index=True)
    url: str = Field(max_length=500)
    label: str = Field(max_length=120)
    added_by_id: str | None = Field(default=None, foreign_key="person.id")
    added_at: datetime = moment()
    removed_at: datetime | None = None


class RankMove(Shareable, SQLModel, table=True):
    """One move in one of the two orders: who, which, from where to where. Moves in our order are internal."""

    __tablename__ = "rank_move"
    __table_args__ = (Index("ix_rank_move_latest", "escalation_id", "order", "moved_at"),)

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id")
    concern_id: str = Field(foreign_key="concern.id", index=True)
    order: Order = choice(Order)
    from_position: int
    to_position: int
    moved_by_id: str | None = Field(default=None, foreign_key="person.id")
    moved_at: datetime = moment()
