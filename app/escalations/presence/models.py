"""Who was here a moment ago."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel

from app.access.policy import SeenBy
from app.foundation.database import moment


class Presence(SQLModel, table=True):
    """A colleague's open page says so again and again. Guests neither see this nor are in it."""

    seen_by: ClassVar[SeenBy] = SeenBy.staff_inside
    escalation_id: str = Field(foreign_key="escalation.id", primary_key=True)
    person_id: str = Field(foreign_key="person.id", primary_key=True)
    seen_at: datetime = moment()
