"""Concerns, and what our side noted about them for itself."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.concerns.models import Concern, ConcernInside
from app.search.documents import Chosen, Document, Group, Which, indexed


@cache
def _concerns(which: Which) -> Any:
    query = select(Concern)
    return which.of(query, col(Concern.id))


@indexed("concern", group=Group.concerns, icon="concern", label="Concern")
def concerns(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for (row,) in chosen.read(session, _concerns):
        yield Document(
            kind="concern",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            title=row.words,
            body="\n".join(filter(None, [row.details, row.answer])),
            happened_at=row.raised_at,
        )


@cache
def _remarks(which: Which) -> Any:
    query = (
        select(ConcernInside.remarks, Concern.id, Concern.escalation_id, Concern.raised_at)
        .join(Concern, col(Concern.id) == ConcernInside.concern_id)
        .where(ConcernInside.remarks != "")
    )
    return which.of(query, col(Concern.id))


@indexed(
    "concern_inside",
    group=Group.concerns,
    icon="concern",
    label="Our remarks",
    parents=("concern",),
    named_by="concern",
)
def remarks(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for text, concern_id, escalation_id, raised_at in chosen.read(session, _remarks):
        yield Document(
            kind="concern_inside",
            id=concern_id,
            escalation_id=escalation_id,
            audience=Audience.internal,
            body=text,
            happened_at=raised_at,
            parents=(concern_id,),
        )
