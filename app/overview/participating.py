"""The escalations somebody takes part in, as a condition."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.access.participation import Participation
from app.access.viewer import Viewer


def mine(viewer: Viewer) -> Any:
    return select(col(Participation.escalation_id)).where(
        col(Participation.person_id) == viewer.person_id, col(Participation.ended_at).is_(None)
    )
