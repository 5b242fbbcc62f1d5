"""When a meeting is: typed in one person's zone, kept in UTC, read in everybody's own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from app.foundation.clock import now
from app.foundation.typed_moments import typed_moment

LONGEST = 12 * 60  # minutes
HOUR = timedelta(hours=1)
SATURDAY = 5


def planned_span(typed: datetime, minutes: int, zone: str) -> tuple[datetime, datetime]:
    """Beginning and end."""
    starts_at = typed_moment(typed, zone, "starts_at")
    return starts_at, starts_at + timedelta(minutes=minutes)


class Timed(Protocol):
    """A meeting, or its row in a list."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


def free_morning(others: Sequence[Timed], zone: str) -> datetime:
    """Ten o'clock on the next working day on which none of the others takes the hour after it."""
    begin = now().astimezone(ZoneInfo(zone)).replace(hour=10, minute=0, second=0, microsecond=0, fold=0)
    while True:
        begin += timedelta(days=1)  # a day of the calendar: the hour on the clock stays, also where clocks change
        is_taken = any(other.starts_at < begin + HOUR and begin < other.ends_at for other in others)
        if begin.weekday() < SATURDAY and not is_taken:
            return begin


def in_zone(meeting: Timed, zone: str) -> str:
    """Thu 26 Nov 12:30 to 13:15; the second day is named where it is another."""
    begin, end = (moment.astimezone(ZoneInfo(zone)) for moment in (meeting.starts_at, meeting.ends_at))
    same_day = begin.date() == end.date()
    return f"{_day(begin)} {begin:%H:%M} to {'' if same_day else _day(end) + ' '}{end:%H:%M}"


def elsewhere(meeting: Timed, zone: str, mine: str) -> str:
    """The same moment on the other side's clock, "11:30 in London", with the day where it is another one there; nothing
    where both clocks say the same."""
    there, here = (meeting.starts_at.astimezone(ZoneInfo(name)) for name in (zone, mine))
    clock = f"{there:%H:%M}"
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return ""
    day = "" if there.date() == here.date() else f"{_day(there)} "
    return f"{day}{clock} in {zone.rpartition('/')[2].replace('_', ' ')}"


def _day(local: datetime) -> str:
    return f"{local:%a} {local.day} {local:%b}"
