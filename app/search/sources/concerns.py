"""Concerns, and what our side noted about them for itself."""

from collections.abc import Iterator

from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.concerns.models import Concern, ConcernInside
from app.search.documents import Document, Group, indexed


@indexed("concern", group=Group.concerns, icon="concern", label="Concern")
def concerns(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    query = select(Concern)
    if ids is not None:
        query = query.where(col(Concern.id).in_(ids))
    for row in session.exec(query):
        yield Document(
            kind="concern",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            title=row.words,
            body="\n".join(filter(None, [row.details, row.answer])),
            happened_at=row.raised_at,
        )


@indexed(
    "concern_inside",
    group=Group.concerns,
    icon="concern",
    label="Our remarks",
    parents=("concern",),
    named_by="concern",
)
def remarks(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    query = select(ConcernInside.remarks, Concern.id, Concern.escalation_id, Concern.raised_at).join(
        Concern, col(Concern.id) == ConcernInside.concern_id
    )
    if ids is not None:
        query = query.where(col(Concern.id).in_(ids))
    for text, concern_id, escalation_id, raised_at in session.exec(query.where(ConcernInside.remarks != "")):
        yield Document(
            kind="concern_inside",
            id=concern_id,
            escalation_id=escalation_id,
            audience=Audience.internal,
            body=text,
            happened_at=raised_at,
            parents=(concern_id,),
        )
