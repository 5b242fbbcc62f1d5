"""What is next in an escalation: the meetings, the update and the actions that are due first, in the order of time."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.action_items.panel import ActionPanel
from app.escalations.models import Escalation
from app.foundation.clock import local_to_utc, now
from app.meetings.models import Meeting, MeetingState

SHOWN = 3


@dataclass(frozen=True)
class Next:
    """`act` is what the reader can do about it, at `url`."""

    icon: str
    at: datetime
    text: str
    who: str
    url: str
    act: str = ""
    is_now: bool = False
    has_hour: bool = True

    @property
    def is_late(self) -> bool:
        return not self.is_now and self.at < now()


def what_is_next(session: ViewerSession, escalation: Escalation, owner: str, actions: ActionPanel) -> list[Next]:
    found = _meetings(session, escalation)
    if escalation.is_open and escalation.next_update_due_at:
        due_at = escalation.next_update_due_at
        found.append(Next("clock", due_at, "Next update", owner, escalation.url + "/discussion", "Write update"))
    for row in actions.rows[:SHOWN]:
        if row.due_on:
            at = local_to_utc(f"{row.due_on}T23:59:59", session.viewer.zone)
            found.append(Next("action", at, row.title, row.owner or "nobody yet", row.url, has_hour=False))
    return sorted(found, key=lambda one: (not one.is_now, one.at))[: SHOWN + 1]


def _meetings(session: ViewerSession, escalation: Escalation) -> list[Next]:
    coming = (
        select(Meeting)
        .where(
            Meeting.escalation_id == escalation.id,
            col(Meeting.state).in_([MeetingState.planned, MeetingState.running]),
            Meeting.ends_at > now(),
        )
        .order_by(col(Meeting.starts_at))
        .limit(SHOWN)
    )
    return [
        Next(
            "meet",
            meeting.starts_at,
            meeting.title,
            "",
            f"{escalation.url}/meetings/{meeting.id}",
            "Join" if meeting.is_running else "",
            is_now=meeting.is_running,
        )
        for meeting in session.exec(coming)
    ]
