"""What an escalation is called, for timeline, inbox, mail and search."""

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.people.naming import names_of
from app.timeline.describing import Described, describes


@describes("escalation")
def describe_escalations(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    rows = session.exec(select(Escalation).where(col(Escalation.id).in_(ids)))
    return {row.id: Described(row.title, row.url) for row in rows}


@describes("person")
def describe_people(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    from_people = names_of(session, ids)
    return {person_id: Described(name, "") for person_id, name in from_people.items()}
