"""What stands around every page: the escalations one is in, and how much is waiting."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import col

from app.access.limiting import ME
from app.access.pages import Page
from app.access.participation import Participation
from app.access.session import as_system
from app.escalations.models import Escalation, EscalationInside, update_state
from app.foundation.clock import now, today
from app.foundation.database import for_a_page
from app.foundation.workers import is_recent, newest_heartbeat
from app.notifications.spreading import unread_count
from app.overview.desk import due_count
from app.people.models import Workspace

MOST = 12


class Mine(NamedTuple):
    """One escalation in the rail."""

    key: str
    title: str
    health: str
    next_update_due_at: datetime | None
    url: str
    update_state: str

    @property
    def is_late(self) -> bool:
        return self.update_state == "late"


class Frame(NamedTuple):
    mine: list[Mine]
    inbox_count: int
    desk_count: int
    worker_missing: bool
    is_manager: bool
    is_admin: bool


def frame(page: Page) -> Frame:
    session, given = page.session, {ME: page.viewer.person_id, "today": today(page.viewer.zone)}
    rows = session.rows(_participating(), given)
    moment = now()
    mine = [
        Mine(key, title, health or "steady", due, f"/escalations/{key}", update_state(due, last or opened, moment))
        for key, title, health, due, last, opened, *_ in rows
    ]
    unread, due, heartbeat = rows[0][6:] if rows else session.rows(_counts(), given)[0]
    return Frame(
        mine=mine,
        inbox_count=unread,
        desk_count=0 if page.viewer.is_guest else due + sum(one.is_late for one in mine),
        worker_missing=not page.viewer.is_guest and not is_recent(session, heartbeat),
        is_manager=page.viewer.is_manager,
        is_admin=page.viewer.is_administrator,
    )


def workspace_name(page: Page) -> str:
    with as_system(for_a_page(page.request.app.state.engine)) as session:
        workspace = session.get(Workspace, 1)
    return workspace.name if workspace else "Evenkeel"


@cache
def _participating() -> Any:
    """Each row tells the counts as well, which are counted once: that saves every page a statement."""
    columns: list[Any] = [Escalation.key, Escalation.title, EscalationInside.health, Escalation.next_update_due_at]
    columns += [Escalation.last_update_at, Escalation.opened_at]
    return (
        select(*columns, unread_count(), due_count(), newest_heartbeat())
        .join(Participation, col(Participation.escalation_id) == Escalation.id)
        .outerjoin(EscalationInside, col(EscalationInside.escalation_id) == Escalation.id)
        .where(col(Participation.person_id) == bindparam(ME), col(Participation.ended_at).is_(None))
        .where(col(Escalation.closed_at).is_(None))
        .order_by(col(Escalation.next_update_due_at))
        .limit(MOST)
    )


@cache
def _counts() -> Any:
    return select(unread_count(), due_count(), newest_heartbeat())
