"""What the demo made, listed: nothing that is not on this list is ever removed with it."""

from sqlmodel import SQLModel, col, select

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.people.models import DemoMark

KINDS = ("escalation", "customer", "person")


def mark(session: ViewerSession, row: SQLModel) -> None:
    session.add(DemoMark(record_id=row.id, kind=str(row.__tablename__)))  # type: ignore[attr-defined]
    session.flush()


def marked(session: ViewerSession, kind: str) -> list[str]:
    return list(session.exec(select(DemoMark.record_id).where(DemoMark.kind == kind).order_by(DemoMark.record_id)))


def the_demo(session: ViewerSession) -> Escalation | None:
    """The escalation, as long as it is here."""
    query = select(Escalation).join(DemoMark, col(DemoMark.record_id) == Escalation.id)
    return session.exec(query.limit(1)).first()
