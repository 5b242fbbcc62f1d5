"""A person's place in an escalation, and the two tables that narrow who sees what inside it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists
from sqlmodel import Field, SQLModel, col

from app.foundation.database import choice, moment
from app.people.models import Person, Side


class Audience(StrEnum):
    internal = "internal"
    shared = "shared"


class Part(StrEnum):
    """What somebody is in an escalation."""

    owner = "owner"
    lead = "lead"
    engineer = "engineer"
    product = "product"
    advocate = "advocate"
    sponsor = "sponsor"
    contact = "contact"  # the customer's people
    follower = "follower"


class Participation(SQLModel, table=True):
    """A person's place in an escalation. A colleague's place is internal until they first speak to the customer."""

    escalation_id: str = Field(foreign_key="escalation.id", primary_key=True)
    person_id: str = Field(foreign_key="person.id", primary_key=True, index=True)
    side: Side = choice(Side)
    part: Part = choice(Part, default=Part.follower)
    audience: Audience = choice(Audience, default=Audience.internal)
    joined_at: datetime = moment()
    ended_at: datetime | None = None
    invited_by_id: str | None = Field(default=None, foreign_key="person.id")

    @property
    def is_active(self) -> bool:
        return self.ended_at is None


def takes_part(escalation_id: Any) -> ColumnElement[bool]:
    """For a select of persons: those who have a place in this escalation today, as far as the viewer knows of it."""
    return exists().where(
        col(Participation.person_id) == col(Person.id),
        col(Participation.escalation_id) == escalation_id,
        col(Participation.ended_at).is_(None),
    )


def guest_of(escalation_id: Any) -> ColumnElement[bool]:
    """For a select of participations: the customer's people who read what is shared in this escalation today."""
    return and_(
        col(Participation.escalation_id) == escalation_id,
        col(Participation.side) == Side.guest,
        col(Participation.audience) == Audience.shared,
        col(Participation.ended_at).is_(None),
    )


class Restriction(SQLModel, table=True):
    """Its row makes an escalation need-to-know: participants, escalation managers and administrators only."""

    escalation_id: str = Field(foreign_key="escalation.id", primary_key=True)
    restricted_by_id: str | None = Field(default=None, foreign_key="person.id")
    restricted_at: datetime = moment()


class Reader(SQLModel, table=True):
    """One of the guests a group of rows is open to, such as those invited to the meeting a recording was made in."""

    group_id: str = Field(primary_key=True, max_length=16)
    person_id: str = Field(foreign_key="person.id", primary_key=True)
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
