"""What happened in an escalation, newest first, each as a kind, its details and one sentence."""

import json
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlmodel import col

from app.access.participation import Audience
from app.api.doors import ApiPages
from app.api.paging import AskedPage, Listed, read_page
from app.escalations.doors import CurrentHere
from app.timeline.models import TimelineEntry
from app.timeline.reading import sentences

pages = ApiPages(prefix="/escalations/{key}/timeline", tags=["timeline"])


class EntryOut(BaseModel):
    number: int
    kind: str
    details: dict[str, Any]
    sentence: str
    subject_kind: str
    subject_id: str
    actor_id: str | None
    actor: str
    audience: Audience
    occurred_at: datetime


@pages.get("")
def show_timeline(here: CurrentHere, asked: AskedPage) -> Listed[EntryOut]:
    query = select(TimelineEntry).where(col(TimelineEntry.escalation_id) == here.escalation.id)
    rows, after = read_page(here.session, query, col(TimelineEntry.number), col(TimelineEntry.id), int, asked)
    told = sentences(here.session, [row[0] for row in rows])
    items = [
        EntryOut(
            number=one.entry.number,
            kind=one.entry.kind,
            details=json.loads(one.entry.details),
            sentence=one.text,
            subject_kind=one.entry.subject_kind,
            subject_id=one.entry.subject_id,
            actor_id=one.entry.actor_id,
            actor=one.actor,
            audience=one.entry.audience,
            occurred_at=one.occurred_at,
        )
        for one in told
    ]
    return asked.listed(items, after)
