"""An escalation as a program reads it, and what it may send."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Select, select
from sqlmodel import col

from app.access.participation import Part, Restriction
from app.access.session import ViewerSession
from app.api.people import CustomerOut, Known, PersonOut, TeamOut
from app.api.reading import Given, left_out
from app.escalations.models import CustomerState, Escalation, EscalationInside, Health, Severity, Stage
from app.people.models import Customer, Side, Team


class InsideOut(BaseModel):
    """What only our side knows."""

    stage: Stage
    health: Health
    team: TeamOut | None
    remarks: str


class EscalationOut(BaseModel):
    key: str = Field(examples=["ACME-7K4"])
    title: str
    customer: CustomerOut
    severity: Severity
    customer_state: CustomerState
    doing_now: str
    owner: PersonOut | None
    advocate: PersonOut | None
    next_update_due_at: datetime | None
    last_update_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    is_restricted: bool
    inside: InsideOut | None


class ParticipantOut(BaseModel):
    person_id: str
    name: str
    title: str
    side: Side
    part: Part
    is_known_to_customer: bool
    joined_at: datetime


class OpenEscalation(Given):
    """`customer_id` of a known customer, or `customer_name` of a new one. Without an owner it is yours."""

    title: str = Field(min_length=3, max_length=200, examples=["Invoices go out twice"])
    customer_id: str = Field(default="", max_length=16)
    customer_name: str = Field(default="", max_length=120, examples=["Northwind"])
    severity: Severity = Field(examples=["high"])
    owner_id: str = Field(default="", max_length=16)
    team_id: str = Field(default="", max_length=16)
    next_update_due_at: AwareDatetime | None = None


class ChangeEscalation(Given):
    """What is left out stays as it is. The customer reads all but the last four."""

    title: str = left_out(min_length=3, max_length=200)
    severity: Severity = left_out()
    customer_state: CustomerState = left_out()
    doing_now: str = left_out(max_length=2000)
    next_update_due_at: AwareDatetime = left_out()
    owner_id: str = left_out(min_length=1, max_length=16)
    advocate_id: str | None = left_out(max_length=16)
    stage: Stage = left_out()
    health: Health = left_out()
    team_id: str | None = left_out(max_length=16)
    remarks: str = left_out(max_length=10000)


class AddParticipant(Given):
    person_id: str = Field(min_length=1, max_length=16)
    part: Part = Part.follower


class InviteGuest(Given):
    name: str = Field(min_length=1, max_length=120, examples=["Mark Ellison"])
    email: str = Field(min_length=3, max_length=254, examples=["mark@acme.example"])


def escalation_rows() -> Select[Any]:
    columns: list[Any] = [Escalation, EscalationInside, Customer.name, Team.name, Restriction.escalation_id]
    return (
        select(*columns)
        .join(Customer, col(Customer.id) == Escalation.customer_id)
        .outerjoin(EscalationInside, col(EscalationInside.escalation_id) == Escalation.id)
        .outerjoin(Team, col(Team.id) == EscalationInside.team_id)
        .outerjoin(Restriction, col(Restriction.escalation_id) == Escalation.id)
    )


def escalations_out(session: ViewerSession, rows: list[Any]) -> list[EscalationOut]:
    known = Known(session, [one for row in rows for one in (row[0].owner_id, row[0].advocate_id)])
    return [_out(known, *row) for row in rows]


def escalation_out(session: ViewerSession, escalation: Escalation) -> EscalationOut:
    session.flush()
    row = session.execute(escalation_rows().where(col(Escalation.id) == escalation.id)).one()
    return escalations_out(session, [row])[0]


def _out(
    known: Known,
    one: Escalation,
    inside: EscalationInside | None,
    customer: str,
    team: str | None,
    restricted: str | None,
) -> EscalationOut:
    return EscalationOut(
        key=one.key,
        title=one.title,
        customer=CustomerOut(id=one.customer_id, name=customer),
        severity=one.severity,
        customer_state=one.customer_state,
        doing_now=one.doing_now,
        owner=known.person(one.owner_id),
        advocate=known.person(one.advocate_id),
        next_update_due_at=one.next_update_due_at,
        last_update_at=one.last_update_at,
        opened_at=one.opened_at,
        closed_at=one.closed_at,
        is_restricted=restricted is not None,
        inside=_inside(inside, team) if inside else None,
    )


def _inside(inside: EscalationInside, team: str | None) -> InsideOut:
    return InsideOut(
        stage=inside.stage,
        health=inside.health,
        team=TeamOut(id=inside.team_id, name=team) if inside.team_id and team else None,
        remarks=inside.remarks,
    )
