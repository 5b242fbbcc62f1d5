"""Escalations: their titles and what is being done, and our own remarks."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.escalations.models import Escalation, EscalationInside
from app.search.documents import Chosen, Document, Group, Which, indexed


@cache
def _escalations(which: Which) -> Any:
    query = select(Escalation)
    return which.of(query, col(Escalation.id))


@indexed("escalation", group=Group.escalations, icon="esc", label="Escalation")
def escalations(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for (row,) in chosen.read(session, _escalations):
        yield Document(
            kind="escalation",
            id=row.id,
            escalation_id=row.id,
            audience=Audience.shared,
            title=row.title,
            body=f"{row.key} {row.doing_now}",
            happened_at=row.opened_at,
        )


@cache
def _remarks(which: Which) -> Any:
    query = (
        select(EscalationInside.remarks, Escalation.id, Escalation.opened_at)
        .join(Escalation, col(Escalation.id) == EscalationInside.escalation_id)
        .where(EscalationInside.remarks != "")
    )
    return which.of(query, col(Escalation.id))


@indexed(
    "escalation_inside",
    group=Group.escalations,
    icon="esc",
    label="Our remarks",
    parents=("escalation",),
    named_by="escalation",
)
def remarks(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for text, escalation_id, opened_at in chosen.read(session, _remarks):
        yield Document(
            kind="escalation_inside",
            id=escalation_id,
            escalation_id=escalation_id,
            audience=Audience.internal,
            body=text,
            happened_at=opened_at,
            parents=(escalation_id,),
        )
