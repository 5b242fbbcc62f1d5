"""The words people wrote down to be expected, one on each line, and the language that is spoken."""

from typing import ClassVar

from sqlmodel import Field, SQLModel

from app.access.policy import SeenBy
from app.foundation.database import long_text

HOUSE = "house"  # its one row


class HouseListening(SQLModel, table=True):
    """For every recording of this workspace."""

    __tablename__ = "house_listening"
    seen_by: ClassVar[SeenBy] = SeenBy.staff

    id: str = Field(default=HOUSE, primary_key=True, max_length=16)
    terms: str = long_text(default="")
    language: str = Field(default="", max_length=8)  # a code; empty where it is to be found out


class EscalationListening(SQLModel, table=True):
    """For the recordings of one escalation. Never shown to guests: what we expect to hear is our own business."""

    __tablename__ = "escalation_listening"
    seen_by: ClassVar[SeenBy] = SeenBy.staff_inside

    escalation_id: str = Field(foreign_key="escalation.id", primary_key=True)
    terms: str = long_text(default="")
    language: str = Field(default="", max_length=8)
