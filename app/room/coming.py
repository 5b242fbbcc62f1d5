"""What is next in an escalation: the meetings, the update and the actions that are due first, in the order of time."""

from datetime import datetime
from typing import NamedTuple

from app.access.viewer import Viewer
from app.action_items.panel import ActionPanel
from app.escalations.models import Escalation
from app.foundation.clock import end_of, now
from app.meetings.listing import MeetingPanel, MeetingRow
from app.meetings.models import MeetingState

SHOWN = 4


class Next(NamedTuple):
    """`act` is what the reader can do about it, at `act_url` or else at `url`."""

    icon: str
    at: datetime
    text: str
    who: str
    url: str
    act: str = ""
    is_now: bool = False
    has_hour: bool = True
    act_url: str = ""
    stays: bool = False  # however much comes before it

    @property
    def is_late(self) -> bool:
        return not self.is_now and self.at < now()


def what_is_next(
    viewer: Viewer, escalation: Escalation, owner: str, meetings: MeetingPanel, actions: ActionPanel
) -> list[Next]:
    """Made of what the panels have read already. The first meeting and the update are there however many actions are late."""
    found = [_meeting(row, stays=number == 0) for number, row in enumerate(meetings.rows)]
    if escalation.is_open and escalation.next_update_due_at:
        due_at = escalation.next_update_due_at
        found.append(
            Next(
                "clock",
                due_at,
                "Next update",
                owner,
                escalation.url + "/vitals#next_update-next_update_due_at",
                "Write update",
                act_url=escalation.url + "/discussion/update",
                stays=True,
            )
        )
    for action in actions.rows:
        if action.due_on:
            at = end_of(action.due_on, viewer.zone)
            found.append(Next("action", at, action.title, action.owner or "nobody yet", action.url, has_hour=False))
    found.sort(key=lambda one: (not one.is_now, one.at))
    room = SHOWN - sum(one.stays for one in found)
    others = [one for one in found if not one.stays][:room]
    return [one for one in found if one.stays or one in others]


def _meeting(row: MeetingRow, *, stays: bool) -> Next:
    runs = row.state is MeetingState.running
    return Next("meet", row.starts_at, row.title, "", row.url, "Join" if runs else "", is_now=runs, stays=stays)
