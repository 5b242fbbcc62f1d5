"""Sharing a concern with the customer, and taking it back."""

from sqlalchemy import update
from sqlmodel import col, select

from app.access.participation import Audience, Participation, guest_of
from app.access.session import ViewerSession
from app.concerns.facts import ConcernShared, ConcernWithdrawn
from app.concerns.models import Concern
from app.concerns.ranking import last_for_customer, wait_for_turn
from app.escalations.models import Escalation
from app.escalations.participants.joining import make_known
from app.people.models import Person
from app.timeline.models import TimelineEntry
from app.timeline.recording import record


def share(session: ViewerSession, escalation: Escalation, concern: Concern) -> None:
    """It comes last in the customer's order, or back to its place when it was withdrawn."""
    if concern.is_shared:
        return
    wait_for_turn(session, escalation)
    if concern.customer_rank is None:
        concern.customer_rank = last_for_customer(session, escalation)
    concern.audience = Audience.shared
    session.add(concern)
    make_known(session, escalation, concern.owner_id)
    _show_what_was_told(session, concern, Audience.shared)
    record(session, escalation.id, ConcernShared(), concern, Audience.shared)


def withdraw(session: ViewerSession, escalation: Escalation, concern: Concern) -> None:
    """From now on guests see nothing of it: not the concern, and not what the timeline told of it."""
    if not concern.is_shared:
        return
    concern.audience = Audience.internal
    session.add(concern)
    _show_what_was_told(session, concern, Audience.internal)
    record(session, escalation.id, ConcernWithdrawn(), concern, Audience.internal, refreshes_guests=True)


def readers_of(session: ViewerSession, escalation: Escalation) -> list[str]:
    """The names of those at the customer who read what is shared."""
    query = (
        select(Person.name)
        .join(Participation, col(Participation.person_id) == Person.id)
        .where(guest_of(escalation.id))
        .order_by(Person.name)
    )
    return list(session.exec(query))


def _show_what_was_told(session: ViewerSession, concern: Concern, audience: Audience) -> None:
    """Entries that guests once saw keep their shared number, by which they are found again."""
    session.flush()
    session.execute(
        update(TimelineEntry)
        .where(col(TimelineEntry.subject_id) == concern.id, col(TimelineEntry.shared_number).is_not(None))
        .where(col(TimelineEntry.kind) != ConcernWithdrawn.kind)  # it is counted for guests and never read by them
        .values(audience=audience)
        .execution_options(synchronize_session=False)
    )
