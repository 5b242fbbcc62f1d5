"""Who there is: people of both sides, the companies and teams they belong to, and their sign-ins."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.foundation.database import choice, moment, row_id


class Side(StrEnum):
    staff = "staff"
    guest = "guest"  # someone from the customer


class Role(StrEnum):
    """What a colleague may do in the workspace; guests are members of nothing and hold the last one."""

    member = "member"
    manager = "manager"  # escalation manager: sees restricted escalations, opens and hands over
    administrator = "administrator"
    guest = "guest"


class LinkPurpose(StrEnum):
    sign_in = "sign_in"  # a guest asked for it
    invitation = "invitation"  # to one escalation
    joining = "joining"  # a colleague sets a first password
    password_reset = "password_reset"  # noqa: S105  a purpose, not a password


class Customer(SQLModel, table=True):
    """A company whose worries we carry."""

    id: str = row_id()
    name: str = Field(max_length=120, unique=True)
    mark: str = Field(max_length=6)  # the first half of its escalations' keys, as ACME
    time_zone: str = "UTC"
    created_at: datetime = moment()


class Team(SQLModel, table=True):
    """A group of colleagues that can drive an escalation."""

    id: str = row_id()
    name: str = Field(max_length=120, unique=True)


class Person(SQLModel, table=True):
    """Somebody, as others may see them: nothing here is private."""

    id: str = row_id()
    side: Side = choice(Side)
    name: str = Field(max_length=120)
    title: str = Field(default="", max_length=120)
    customer_id: str | None = Field(default=None, foreign_key="customer.id", index=True)
    handle: str = Field(max_length=60, index=True)  # how they are mentioned: @ada.byron
    time_zone: str = "UTC"
    created_at: datetime = moment()

    @property
    def is_guest(self) -> bool:
        return self.side is Side.guest


class Account(SQLModel, table=True):
    """What belongs to the person alone: address, role, settings."""

    __table_args__ = (UniqueConstraint("email", "realm"),)

    person_id: str = Field(foreign_key="person.id", primary_key=True)
    email: str = Field(max_length=254, index=True)
    realm: str = Field(
        max_length=16
    )  # "staff", or the customer's id: one mailbox invited by two customers is two people
    role: Role = choice(Role)
    team_id: str | None = Field(default=None, foreign_key="team.id")
    manager_id: str | None = Field(default=None, foreign_key="person.id")
    theme: str = Field(default="", max_length=8)
    shortcuts: bool = True
    deactivated_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None


class Password(SQLModel, table=True):
    """The hash only; nobody's session reads it but the system's."""

    person_id: str = Field(foreign_key="person.id", primary_key=True)
    hash: str
    changed_at: datetime = moment()


class SignIn(SQLModel, table=True):
    """One browser in which somebody is signed in. The cookie's token is stored hashed."""

    __tablename__ = "sign_in"
    token_hash: str = Field(primary_key=True, max_length=64)
    person_id: str = Field(foreign_key="person.id", index=True)
    created_at: datetime = moment()
    seen_at: datetime = moment()
    expires_at: datetime
    ended_at: datetime | None = None


class OneTimeLink(SQLModel, table=True):
    """A link we sent or showed: single use, bound to a purpose and a person. The token is stored hashed."""

    __tablename__ = "one_time_link"
    token_hash: str = Field(primary_key=True, max_length=64)
    person_id: str = Field(foreign_key="person.id", index=True)
    purpose: LinkPurpose = choice(LinkPurpose)
    escalation_id: str | None = Field(default=None, max_length=16, index=True)
    next_path: str = Field(default="/", max_length=500)
    browser_hash: str = Field(default="", max_length=64)  # the browser that asked, for one-click use there
    tries: int = 0
    created_at: datetime = moment()
    expires_at: datetime
    used_at: datetime | None = None
    ended_at: datetime | None = None  # replaced by a newer one, or revoked


class Allowance(SQLModel, table=True):
    """How much of something limited a subject used: the state of one token bucket. Subjects are stored as HMACs."""

    subject: str = Field(primary_key=True, max_length=64)
    tokens: float
    updated_at: datetime = moment()


class DemoMark(SQLModel, table=True):
    """This escalation, customer or person was made up to show the product. It goes with one click and gets no mail."""

    __tablename__ = "demo_mark"
    record_id: str = Field(primary_key=True, max_length=16)
    kind: str = Field(max_length=40)  # a table's name
    made_at: datetime = moment()


class Workspace(SQLModel, table=True):
    """The one row that says whose house this is."""

    id: int = Field(default=1, primary_key=True)
    name: str = Field(max_length=120)
    created_at: datetime = moment()
