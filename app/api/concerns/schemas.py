"""A concern as a program reads it, and what it may send."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Select, select
from sqlmodel import col

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.api.people import Known, PersonOut
from app.api.reading import Given, left_out
from app.concerns.models import Concern, ConcernInside, CustomerWord, TrackerLink, WorkState

MOST_DETAILS = 20_000


class TrackerOut(BaseModel):
    id: str
    url: str
    label: str


class ConcernInsideOut(BaseModel):
    """What only our side knows."""

    state: WorkState
    remarks: str


class ConcernOut(BaseModel):
    id: str
    words: str
    details: str
    audience: Audience
    customer_word: CustomerWord
    answer: str
    available_on: date | None
    owner: PersonOut | None
    raised_by: PersonOut | None
    raised_at: datetime
    resolved_at: datetime | None
    inside: ConcernInsideOut


class ConcernOrderOut(BaseModel):
    """Ids of the open concerns, the most important first, in the two orders."""

    theirs: list[str]
    ours: list[str]


class RaiseConcern(Given):
    """It is internal until it is shared."""

    words: str = Field(min_length=1, max_length=300, examples=["Invoices go out twice"])
    details: str = Field(default="", max_length=MOST_DETAILS)
    origin: str = Field(default="", max_length=60, description="What it came from, such as `message:0123456789abcdef`.")


class ChangeConcern(Given):
    """What is left out stays as it is. Once it is shared the customer reads all but the last two."""

    words: str = left_out(min_length=1, max_length=300)
    details: str = left_out(max_length=MOST_DETAILS)
    customer_word: CustomerWord = left_out()
    answer: str = left_out(max_length=MOST_DETAILS)
    available_on: date | None = left_out()
    owner_id: str = left_out(min_length=1, max_length=16)
    state: WorkState = left_out()
    remarks: str = left_out(max_length=MOST_DETAILS)


class MoveConcern(Given):
    """Before another one, or to the end when `before` is empty."""

    moved: str = Field(min_length=1, max_length=16)
    before: str = Field(default="", max_length=16)


class AddTracker(Given):
    url: str = Field(min_length=1, max_length=500, examples=["https://tracker.example/browse/IMP-12"])
    label: str = Field(default="", max_length=120)


def concern_rows(escalation_id: str) -> Select[Any]:
    columns: list[Any] = [Concern, ConcernInside]
    inside = col(ConcernInside.concern_id) == Concern.id
    return select(*columns).outerjoin(ConcernInside, inside).where(col(Concern.escalation_id) == escalation_id)


def concerns_out(session: ViewerSession, rows: list[Any]) -> list[ConcernOut]:
    known = Known(session, [one for concern, _ in rows for one in (concern.owner_id, concern.raised_by_id)])
    return [_out(known, concern, inside) for concern, inside in rows]


def concern_out(session: ViewerSession, concern: Concern) -> ConcernOut:
    session.flush()
    rows = session.execute(concern_rows(concern.escalation_id).where(col(Concern.id) == concern.id)).all()
    return concerns_out(session, list(rows))[0]


def tracker_out(tracker: TrackerLink) -> TrackerOut:
    return TrackerOut(id=tracker.id, url=tracker.url, label=tracker.label)


def _out(known: Known, one: Concern, inside: ConcernInside | None) -> ConcernOut:
    return ConcernOut(
        id=one.id,
        words=one.words,
        details=one.details,
        audience=one.audience,
        customer_word=one.customer_word,
        answer=one.answer,
        available_on=one.available_on,
        owner=known.person(one.owner_id),
        raised_by=known.person(one.raised_by_id),
        raised_at=one.raised_at,
        resolved_at=one.resolved_at,
        inside=ConcernInsideOut(
            state=inside.state if inside else WorkState.not_started, remarks=inside.remarks if inside else ""
        ),
    )
