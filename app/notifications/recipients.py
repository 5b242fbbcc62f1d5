"""Whom each fact concerns, and whether by mail as well. One table; a fact that is not in it is told to nobody."""

from collections.abc import Callable
from typing import NamedTuple

from sqlmodel import col, select

from app.access.participation import Participation
from app.access.session import ViewerSession
from app.action_items.models import ActionItem
from app.concerns.models import Concern
from app.escalations.models import Escalation
from app.people.models import Side
from app.timeline.models import TimelineEntry

People = Callable[[ViewerSession, TimelineEntry], set[str | None]]


class Telling(NamedTuple):
    people: People
    by_mail: bool = True


def named(session: ViewerSession, entry: TimelineEntry) -> set[str | None]:
    """The person the fact names."""
    return {getattr(entry.fact, "person_id", None)}


def owner(session: ViewerSession, entry: TimelineEntry) -> set[str | None]:
    return {session.get_one(Escalation, entry.escalation_id).owner_id}


def our_people(session: ViewerSession, entry: TimelineEntry) -> set[str | None]:
    return _participants(session, entry, Side.staff)


def guests(session: ViewerSession, entry: TimelineEntry) -> set[str | None]:
    return _participants(session, entry, Side.guest)


def everybody(session: ViewerSession, entry: TimelineEntry) -> set[str | None]:
    return our_people(session, entry) | guests(session, entry)


def action_owner(session: ViewerSession, entry: TimelineEntry) -> set[str | None]:
    action = session.get(ActionItem, entry.subject_id)
    return {action.owner_id} if action else set()


def action_asker(session: ViewerSession, entry: TimelineEntry) -> set[str | None]:
    action = session.get(ActionItem, entry.subject_id)
    return {action.created_by_id} if action else set()


def action_owner_and_ours(session: ViewerSession, entry: TimelineEntry) -> set[str | None]:
    return action_owner(session, entry) | owner(session, entry)


def action_asker_and_ours(session: ViewerSession, entry: TimelineEntry) -> set[str | None]:
    return action_asker(session, entry) | owner(session, entry)


def concern_raiser(session: ViewerSession, entry: TimelineEntry) -> set[str | None]:
    concern = session.get(Concern, entry.subject_id)
    return {concern.raised_by_id} if concern else set()


def raiser_and_guests(session: ViewerSession, entry: TimelineEntry) -> set[str | None]:
    return concern_raiser(session, entry) | guests(session, entry)


TELLS: dict[str, Telling] = {
    "owner_changed": Telling(named),
    "advocate_named": Telling(named),
    "colleague_joined": Telling(named),
    "severity_changed": Telling(everybody, by_mail=False),
    "customer_state_changed": Telling(guests),
    "next_update_set": Telling(guests, by_mail=False),
    "update_overdue": Telling(owner),
    "escalation_closed": Telling(everybody),
    "escalation_reopened": Telling(everybody),
    "concern_raised": Telling(our_people),
    "concern_shared": Telling(guests),
    "concern_answered": Telling(raiser_and_guests),
    "concern_owner_named": Telling(named),
    "concern_resolved": Telling(raiser_and_guests),
    "action_assigned": Telling(named),
    "action_accepted": Telling(action_asker, by_mail=False),
    "date_proposed": Telling(action_asker_and_ours),
    "date_agreed": Telling(action_owner),
    "action_declined": Telling(action_asker_and_ours),
    "action_done": Telling(action_asker, by_mail=False),
    "action_reopened": Telling(action_owner),
    "action_overdue": Telling(action_owner_and_ours),
    "person_mentioned": Telling(named),
    "message_sent": Telling(everybody),
    "meeting_shared": Telling(guests, by_mail=False),
    "meeting_moved": Telling(everybody, by_mail=False),
    "meeting_cancelled": Telling(everybody, by_mail=False),
    "recording_shared": Telling(guests),
    "transcript_ready": Telling(our_people, by_mail=False),
}


def recipients_of(session: ViewerSession, entry: TimelineEntry) -> set[str]:
    """Everybody it concerns except whoever did it. Whether they may see it is asked of their own session afterwards."""
    telling = TELLS.get(entry.kind)
    if telling is None:
        return set()
    return {person for person in telling.people(session, entry) if person and person != entry.actor_id}


def _participants(session: ViewerSession, entry: TimelineEntry, side: Side) -> set[str | None]:
    active = select(Participation.person_id).where(
        Participation.escalation_id == entry.escalation_id,
        Participation.side == side,
        col(Participation.ended_at).is_(None),
    )
    return {*session.exec(active)}
