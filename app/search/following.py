"""The index follows what happens: each entry of the timeline names the record whose words may have changed."""

from datetime import datetime

from app.access.session import ViewerSession
from app.foundation.settings import Settings
from app.search.indexing import reindex
from app.timeline.errands import run_errands
from app.timeline.models import TimelineEntry

READER = "search"


def follow(session: ViewerSession, settings: Settings, moment: datetime) -> int:
    """How many entries were dealt with."""
    return run_errands(session, READER, moment, _deal_with)


def _deal_with(session: ViewerSession, entry: TimelineEntry) -> None:
    reindex(session, entry.subject_kind, entry.subject_id)
