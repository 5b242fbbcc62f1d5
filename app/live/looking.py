"""What moved since the hub last looked, and who may still be told: a few short queries, however many follow."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlmodel import col, select

from app.access.policy import who_sees
from app.access.session import ViewerSession
from app.access.viewer import Viewer
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.people.models import Account, Role, SignIn
from app.timeline.facts import KINDS
from app.timeline.models import Pulse, TimelineEntry

MOST = 200


class News(NamedTuple):
    """The panels of one escalation that changed: for staff, and for guests by their own count."""

    number: int | None
    panels: frozenset[str]
    shared_number: int | None
    shared_panels: frozenset[str]


def beats(session: ViewerSession, topics: Iterable[str]) -> dict[str, tuple[int, int]]:
    rows = session.exec(
        select(Pulse.topic, Pulse.number, Pulse.shared_number).where(col(Pulse.topic).in_(list(topics)))
    )
    return {topic: (number, shared) for topic, number, shared in rows}


def news_of(session: ViewerSession, escalation_id: str, after: int, shared_after: int) -> News:
    rows = session.exec(
        select(TimelineEntry.number, TimelineEntry.shared_number, TimelineEntry.kind)
        .where(TimelineEntry.escalation_id == escalation_id, TimelineEntry.number > after)
        .order_by(col(TimelineEntry.number))
        .limit(MOST)
    ).all()
    shared = [(count, kind) for _, count, kind in rows if count is not None and count > shared_after]
    return News(
        number=max((number for number, _, _ in rows), default=after),
        panels=_panels(kind for _, _, kind in rows),
        shared_number=max((count for count, _ in shared), default=shared_after),
        shared_panels=_panels(kind for _, kind in shared),
    )


def missed(session: ViewerSession, viewer: Viewer, escalation_id: str, last_seen: int) -> tuple[int, frozenset[str]]:
    """What a browser that comes back has not been told. Guests count by the shared numbers alone, those of what was
    withdrawn among them: whoever stayed was told the same panels and numbers, and nothing else is answered here."""
    number = TimelineEntry.shared_number if viewer.is_guest else TimelineEntry.number
    query = (
        select(number, TimelineEntry.kind)
        .where(TimelineEntry.escalation_id == escalation_id, col(number) > last_seen)
        .order_by(col(number).desc())
        .limit(MOST)
    )
    if viewer.is_guest and session.exec(select(Escalation.id).where(Escalation.id == escalation_id)).first():
        with session.seeing_everything():
            rows = session.exec(query).all()
    else:
        rows = session.exec(query).all()
    return max((count or 0 for count, _ in rows), default=last_seen), _panels(kind for _, kind in rows)


def still_signed_in(session: ViewerSession, sign_ins: set[str]) -> dict[str, Role]:
    """Those that have not ended, each with the role its person has now."""
    rows = session.exec(
        select(SignIn.token_hash, Account.role)
        .join(Account, col(Account.person_id) == SignIn.person_id)
        .where(col(SignIn.token_hash).in_(sign_ins), col(SignIn.ended_at).is_(None), SignIn.expires_at > now())
        .where(col(Account.deactivated_at).is_(None))
    )
    return {token_hash: Role(role) for token_hash, role in rows}


def still_inside(session: ViewerSession, escalation_id: str, viewers: list[Viewer]) -> set[Viewer]:
    return who_sees(session, escalation_id, viewers)


def _panels(kinds: Iterable[str]) -> frozenset[str]:
    return frozenset(KINDS[kind].panel for kind in kinds if kind in KINDS and KINDS[kind].panel)
