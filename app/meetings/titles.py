"""Titles of composed items are copies. When what they were copied from is withdrawn, the copy is hidden with it."""

from collections.abc import Iterable

from app.access.session import ViewerSession
from app.meetings.models import AgendaItem, Origin
from app.timeline.describing import Described, describe

NO_LONGER_SHARED = "Something that is no longer shared"
COPIED = (Origin.concern, Origin.action_item)


def origins_of(session: ViewerSession, items: Iterable[AgendaItem]) -> dict[str, Described]:
    """What each item was composed of, for those that this viewer may see; by the item's id."""
    copied = [item for item in items if item.origin_kind in COPIED and item.origin_id]
    known = describe(session, [(str(item.origin_kind), str(item.origin_id)) for item in copied])
    return {item.id: found for item in copied if (found := known.get((str(item.origin_kind), str(item.origin_id))))}


def still_named(
    session: ViewerSession, items: Iterable[AgendaItem], known: dict[str, Described] | None = None
) -> set[str]:
    """Ids of the items whose title this viewer may read. Our own people read all they see."""
    items = list(items)
    if not session.viewer.is_guest:
        return {item.id for item in items}
    known = origins_of(session, items) if known is None else known
    return {item.id for item in items if item.origin_kind not in COPIED or item.id in known}
