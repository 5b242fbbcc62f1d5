"""A meeting with its agenda, notes and decisions as a program reads it, and what it may send."""

from datetime import datetime
from urllib.parse import urlparse

from pydantic import AwareDatetime, BaseModel, Field, field_validator

from app.access.participation import Audience
from app.api.people import Known, PersonOut
from app.api.reading import Given, left_out
from app.meetings.models import (
    ITEM_TITLE,
    TITLE,
    WORDS,
    AgendaItem,
    Decision,
    Meeting,
    MeetingState,
    Note,
    Origin,
    TextFor,
)
from app.meetings.moments import LONGEST


class MeetingOut(BaseModel):
    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    link: str
    state: MeetingState
    audience: Audience
    started_at: datetime | None
    ended_at: datetime | None
    planned_by: PersonOut | None


class InvitedOut(MeetingOut):
    escalation: str = Field(examples=["ACME-7K4"])


class NoteOut(BaseModel):
    id: str
    agenda_item_id: str
    text_for: TextFor
    audience: Audience
    text: str
    version: int
    changed_at: datetime | None
    changed_by: PersonOut | None


class SavedNoteOut(NoteOut):
    has_conflict: bool = Field(description="Both texts are kept between ⟪ ⟫ where two people changed the same lines.")


class VersionOut(BaseModel):
    number: int
    saved_at: datetime
    saved_by: str
    has_conflict: bool
    restored_from: int | None


class AgendaItemOut(BaseModel):
    id: str
    title: str
    position: int
    audience: Audience
    origin_kind: Origin | None
    origin_id: str | None
    planned_minutes: int | None
    times_carried: int
    discussed_at: datetime | None


class DecisionOut(BaseModel):
    id: str
    text: str
    agenda_item_id: str | None
    audience: Audience
    decided_at: datetime
    recorded_by: PersonOut | None


class SheetOut(MeetingOut):
    """The whole meeting."""

    people: list[PersonOut]
    agenda: list[AgendaItemOut]
    notes: list[NoteOut]
    decisions: list[DecisionOut]


def _address(typed: str) -> str:
    if typed and (urlparse(typed).scheme not in ("http", "https") or not urlparse(typed).hostname):
        raise ValueError("A link begins with https:// or http://.")
    return typed


def _in_our_time(moment: datetime) -> datetime:
    if not 2000 <= moment.year <= 2100:
        raise ValueError("Choose a date and a time.")
    return moment


class PlanMeeting(Given):
    """Internal until it is shared. Its agenda is composed at once. Without `people` those who take part are asked."""

    title: str = Field(min_length=3, max_length=TITLE, examples=["Weekly call"])
    starts_at: AwareDatetime
    minutes: int = Field(default=45, ge=5, le=LONGEST)
    place: str = Field(default="", max_length=200)
    link: str = Field(default="", max_length=500)
    people: list[str] = left_out(max_length=200)

    checks_link = field_validator("link")(_address)
    checks_moment = field_validator("starts_at")(_in_our_time)


class ChangeMeeting(Given):
    """What is left out stays as it is."""

    title: str = left_out(min_length=3, max_length=TITLE)
    starts_at: AwareDatetime = left_out()
    minutes: int = left_out(ge=5, le=LONGEST)
    place: str = left_out(max_length=200)
    link: str = left_out(max_length=500)
    people: list[str] = left_out(max_length=200)

    checks_link = field_validator("link")(_address)
    checks_moment = field_validator("starts_at")(_in_our_time)


class ShareMeeting(Given):
    """The agenda items that become readable with it."""

    items: list[str] = Field(default=[], max_length=300)


class AddItem(Given):
    title: str = Field(min_length=3, max_length=ITEM_TITLE)
    planned_minutes: int | None = Field(default=None, ge=1, le=240)
    audience: Audience = Audience.internal


class ChangeItem(Given):
    title: str = left_out(min_length=3, max_length=ITEM_TITLE)
    planned_minutes: int | None = left_out(ge=1, le=240)


class MoveItem(Given):
    """Before another one, or to the end when `before` is empty."""

    moved: str = Field(min_length=1, max_length=16)
    before: str = Field(default="", max_length=16)


class RecordDecision(Given):
    text: str = Field(min_length=3, max_length=WORDS)
    agenda_item_id: str = Field(default="", max_length=16)
    audience: Audience = Audience.internal


class WriteNote(Given):
    """`version` is the one you began from: what others wrote since is merged, line by line."""

    model_config = {"str_strip_whitespace": False}
    text: str
    version: int = Field(ge=0, le=2**31 - 1)


def meeting_out(known: Known, one: Meeting) -> MeetingOut:
    return MeetingOut(
        id=one.id,
        title=one.title,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        zone=one.zone,
        place=one.place,
        link=one.link,
        state=one.state,
        audience=one.audience,
        started_at=one.started_at,
        ended_at=one.ended_at,
        planned_by=known.person(one.planned_by_id),
    )


def item_out(one: AgendaItem) -> AgendaItemOut:
    return AgendaItemOut(
        id=one.id,
        title=one.title,
        position=one.position,
        audience=one.audience,
        origin_kind=one.origin_kind,
        origin_id=one.origin_id,
        planned_minutes=one.planned_minutes,
        times_carried=one.times_carried,
        discussed_at=one.discussed_at,
    )


def note_out(known: Known, one: Note) -> NoteOut:
    return NoteOut(
        id=one.id,
        agenda_item_id=one.agenda_item_id,
        text_for=one.text_for,
        audience=one.audience,
        text=one.text,
        version=one.version,
        changed_at=one.changed_at,
        changed_by=known.person(one.changed_by_id),
    )


def decision_out(known: Known, one: Decision) -> DecisionOut:
    return DecisionOut(
        id=one.id,
        text=one.text,
        agenda_item_id=one.agenda_item_id,
        audience=one.audience,
        decided_at=one.decided_at,
        recorded_by=known.person(one.recorded_by_id),
    )
