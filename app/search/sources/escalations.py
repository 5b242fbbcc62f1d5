"""Escalations: their titles and what is being done, and our own remarks."""

from collections.abc import Iterator

from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.escalations.models import Escalation, EscalationInside
from app.search.documents import Document, Group, indexed


@indexed("escalation", group=Group.escalations, icon="esc", label="Escalation")
def escalations(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    query = select(Escalation)
    if ids is not None:
        query = query.where(col(Escalation.id).in_(ids))
    for row in session.exec(query):
        yield Document(
            kind="escalation",
            id=row.id,
            escalation_id=row.id,
            audience=Audience.shared,
            title=row.title,
            body=f"{row.key} {row.doing_now}",
            happened_at=row.opened_at,
        )


@indexed(
    "escalation_inside",
    group=Group.escalations,
    icon="esc",
    label="Our remarks",
    parents=("escalation",),
    named_by="escalation",
)
def remarks(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    query = select(EscalationInside.remarks, Escalation.id, Escalation.opened_at).join(
        Escalation, col(Escalation.id) == EscalationInside.escalation_id
    )
    if ids is not None:
        query = query.where(col(Escalation.id).in_(ids))
    for text, escalation_id, opened_at in session.exec(query.where(EscalationInside.remarks != "")):
        yield Document(
            kind="escalation_inside",
            id=escalation_id,
            escalation_id=escalation_id,
            audience=Audience.internal,
            body=text,
            happened_at=opened_at,
            parents=(escalation_id,),
        )
