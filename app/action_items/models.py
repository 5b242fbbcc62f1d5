"""An action item, what its owner answered, and where it came from."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field

from app.access.policy import ReadByGroup, Shareable
from app.foundation.clock import today
from app.foundation.database import choice, long_text, moment, row_id

TITLE = 300
WORDS = 4000


class ActionState(StrEnum):
    open = "open"  # not yet answered by its owner, or nobody's
    accepted = "accepted"
    done = "done"


class AnswerKind(StrEnum):
    accepted = "accepted"
    proposed = "proposed"  # another date
    declined = "declined"  # "not me"
    agreed = "agreed"  # whoever asked takes the proposed date


class ActionItem(Shareable, table=True):
    """Something one person is asked to do. Owned by a guest it is always shared."""

    __tablename__ = "action_item"
    __table_args__ = (
        Index("ix_action_item_listed", "escalation_id", "state", "due_on"),
        Index("ix_action_item_owned", "owner_id", "state", "due_on"),
        Index("ix_action_item_asked", "created_by_id", "state"),
        Index("ix_action_item_due", "due_on", "state"),
    )

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id")
    title: str = Field(max_length=TITLE)
    details: str = long_text(default="")
    owner_id: str | None = Field(default=None, foreign_key="person.id")
    due_on: date | None = None
    state: ActionState = choice(ActionState, default=ActionState.open)
    proposed_due_on: date | None = None
    created_by_id: str | None = Field(default=None, foreign_key="person.id")
    created_at: datetime = moment()
    done_at: datetime | None = None
    done_by_id: str | None = Field(default=None, foreign_key="person.id")
    removed_at: datetime | None = None
    overdue_noted_on: date | None = None  # the due date whose passing was already recorded

    @property
    def is_done(self) -> bool:
        return self.state is ActionState.done

    def is_overdue(self, zone: str) -> bool:
        """Late once its day has passed where the reader is."""
        return not self.is_done and self.due_on is not None and self.due_on < today(zone)


class ActionSource(ReadByGroup, table=True):
    """Where an action came from. A row of its own, as open as what it points to: a guest who reads the action
    does not learn of an internal source."""

    __tablename__ = "action_source"

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    action_id: str = Field(foreign_key="action_item.id", index=True)
    kind: str = Field(max_length=40)
    source_id: str = Field(max_length=16, index=True)


class ActionAnswer(Shareable, table=True):
    """What the owner said when asked, in their words; as open as the action was at that moment."""

    __tablename__ = "action_answer"

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    action_id: str = Field(foreign_key="action_item.id", index=True)
    person_id: str = Field(foreign_key="person.id")
    kind: AnswerKind = choice(AnswerKind)
    proposed_on: date | None = None
    words: str = long_text(default="")
    created_at: datetime = moment()
