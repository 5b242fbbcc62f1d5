"""Links to where our work on a concern is tracked."""

from functools import cache

from pydantic import HttpUrl, TypeAdapter, ValidationError
from sqlmodel import col, select

from app.access.session import ViewerSession
from app.concerns.facts import TrackerLinked, TrackerUnlinked
from app.concerns.models import Concern, TrackerLink
from app.foundation.clock import now
from app.foundation.refusals import NotFound, Refused
from app.timeline.recording import record

NOT_AN_ADDRESS = "Write a whole address that begins with https:// or http://."


def trackers_of(session: ViewerSession, concern: Concern) -> list[TrackerLink]:
    query = select(TrackerLink).where(TrackerLink.concern_id == concern.id, col(TrackerLink.removed_at).is_(None))
    return list(session.exec(query.order_by(col(TrackerLink.added_at), TrackerLink.id)))


def add_tracker(session: ViewerSession, concern: Concern, url: str, label: str) -> TrackerLink:
    address = _address(url)
    last_part = (address.path or "").rstrip("/").rpartition("/")[2]
    added = TrackerLink(
        escalation_id=concern.escalation_id,
        concern_id=concern.id,
        url=str(address),
        label=(label or last_part or address.host or url)[:120],
        added_by_id=session.viewer.person_id,
    )
    session.add(added)
    record(session, concern.escalation_id, TrackerLinked(), concern)
    return added


def find_tracker(session: ViewerSession, concern: Concern, tracker_id: str) -> TrackerLink:
    found = session.exec(
        select(TrackerLink).where(TrackerLink.id == tracker_id, TrackerLink.concern_id == concern.id)
    ).first()
    if found is None:
        raise NotFound
    return found


def remove_tracker(session: ViewerSession, concern: Concern, tracker: TrackerLink) -> None:
    if tracker.removed_at is None:
        tracker.removed_at = now()
        session.add(tracker)
        record(session, concern.escalation_id, TrackerUnlinked(), concern)


def return_tracker(session: ViewerSession, concern: Concern, tracker: TrackerLink) -> None:
    if tracker.removed_at is not None:
        tracker.removed_at = None
        session.add(tracker)
        record(session, concern.escalation_id, TrackerLinked(), concern)


@cache
def _web_addresses() -> TypeAdapter[HttpUrl]:
    return TypeAdapter(HttpUrl)


def _address(url: str) -> HttpUrl:
    """Only web addresses: anything else in a link could run in the reader's browser."""
    try:
        address = _web_addresses().validate_python(url)
    except ValidationError:
        raise Refused(NOT_AN_ADDRESS, "url") from None
    if address.username or address.password:
        raise Refused("Leave the name and password out of the address.", "url")
    if len(str(address)) > 500:
        raise Refused("This is too long: at most 500 characters.", "url")
    return address
