"""The escalations somebody takes part in, and those that are open, as conditions."""

from typing import Any

from sqlalchemy import select, true
from sqlmodel import col

from app.access.participation import Participation
from app.access.viewer import Viewer
from app.escalations.models import Escalation


def mine(viewer: Viewer) -> Any:
    return select(col(Participation.escalation_id)).where(
        col(Participation.person_id) == viewer.person_id, col(Participation.ended_at).is_(None)
    )


def still_open() -> Any:
    """For questions about what is somebody's own. Worded so that SQLite answers it by no index, because there it would look
    for what is theirs among all open escalations; PostgreSQL reads it as it is and knows how many there are."""
    return col(Escalation.closed_at).is_(None) == true()
