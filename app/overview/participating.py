"""The escalations somebody takes part in, and those that are open, as conditions."""

from typing import Any

from sqlalchemy import func, null, select
from sqlmodel import col

from app.access.participation import Participation
from app.access.viewer import Viewer
from app.escalations.models import Escalation


def mine(viewer: Viewer) -> Any:
    return select(col(Participation.escalation_id)).where(
        col(Participation.person_id) == viewer.person_id, col(Participation.ended_at).is_(None)
    )


def still_open() -> Any:
    """For questions about what is somebody's own. Worded so that no index answers it: a database that looks for what is
    theirs among all open escalations takes longer with each that is opened."""
    return func.coalesce(Escalation.closed_at, null()).is_(None)
