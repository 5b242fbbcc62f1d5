"""What stands around every page: the escalations one is in, and how much is waiting."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.access.pages import Page
from app.access.participation import Participation
from app.access.session import as_system
from app.escalations.models import Escalation, EscalationInside
from app.foundation.clock import now
from app.foundation.database import for_reading
from app.foundation.workers import worker_is_alive
from app.notifications.spreading import count_unread
from app.overview.desk import count_due
from app.people.models import Workspace

SOON = timedelta(hours=4)
MOST = 12


@dataclass(frozen=True)
class Mine:
    """One escalation in the rail."""

    key: str
    title: str
    health: str
    next_update_due_at: datetime | None
    url: str

    @property
    def is_late(self) -> bool:
        return self.next_update_due_at is not None and self.next_update_due_at < now()

    @property
    def is_soon(self) -> bool:
        return self.next_update_due_at is not None and not self.is_late and self.next_update_due_at < now() + SOON


@dataclass(frozen=True)
class Frame:
    mine: list[Mine]
    inbox_count: int
    desk_count: int
    worker_missing: bool
    is_manager: bool
    is_admin: bool


def frame(page: Page) -> Frame:
    session = page.session
    mine = _mine(page)
    return Frame(
        mine=mine,
        inbox_count=count_unread(session),
        desk_count=0 if page.viewer.is_guest else count_due(session) + sum(one.is_late for one in mine),
        worker_missing=not page.viewer.is_guest and not worker_is_alive(session),
        is_manager=page.viewer.is_manager,
        is_admin=page.viewer.is_administrator,
    )


def workspace_name(page: Page) -> str:
    with as_system(for_reading(page.request.app.state.engine)) as session:
        workspace = session.get(Workspace, 1)
    return workspace.name if workspace else "Evenkeel"


def _mine(page: Page) -> list[Mine]:
    columns: list[Any] = [Escalation.key, Escalation.title, EscalationInside.health, Escalation.next_update_due_at]
    query = (
        select(*columns)
        .join(Participation, col(Participation.escalation_id) == Escalation.id)
        .outerjoin(EscalationInside, col(EscalationInside.escalation_id) == Escalation.id)
        .where(col(Participation.person_id) == page.viewer.person_id, col(Participation.ended_at).is_(None))
        .where(col(Escalation.closed_at).is_(None))
        .order_by(col(Escalation.next_update_due_at))
        .limit(MOST)
    )
    return [
        Mine(key, title, health or "steady", due, f"/escalations/{key}")
        for key, title, health, due in page.session.execute(query)
    ]
