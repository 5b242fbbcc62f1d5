"""The picture of an escalation: calls, words from both sides and severity along one line of time, drawn as SVG."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.access.session import ViewerSession
from app.escalations.models import SEVERITY_LABELS, Escalation, Severity
from app.foundation.clock import now
from app.people.models import Side
from app.room.marks import Call, Change, Words, calls, severities, words_of_both

LEFT, RIGHT = 84.0, 704.0  # what lies left of it is for the rows' names
APART = 9.0  # closer marks of one row become one
AHEAD = {"day": timedelta(hours=12), "days": timedelta(days=1), "all": timedelta(days=1)}
BANDS = {Severity.critical: "s1", Severity.high: "s2", Severity.medium: "s3", Severity.low: "s4"}


class Zoom(StrEnum):
    day = "day"
    days = "days"
    all = "all"


ZOOM_LABELS = {Zoom.day: "Today", Zoom.days: "10 days", Zoom.all: "All of it"}


class Tick(NamedTuple):
    x: float
    label: str


class Span(NamedTuple):
    """A piece of the line: a weekend, or how long a severity held."""

    x: float
    width: float
    kind: str = ""
    label: str = ""


@dataclass(frozen=True)
class Mark:
    x: float
    at: datetime
    url: str = ""
    title: str = ""
    kind: str = ""
    count: int = 1


class Strip(NamedTuple):
    zoom: Zoom
    since: datetime
    until: datetime
    ticks: list[Tick]
    rests: list[Span]
    bands: list[Span]
    calls: list[Mark]
    ours: list[Mark]
    theirs: list[Mark]
    now: float | None
    due: Mark | None

    @property
    def zooms(self) -> list[tuple[str, str, bool]]:
        return [(value.value, label, value is self.zoom) for value, label in ZOOM_LABELS.items()]


class _Line:
    """From moments to places on the picture."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self.since, self.until = since, until
        self._scale = (RIGHT - LEFT) / max((until - since).total_seconds(), 1)

    def x(self, moment: datetime) -> float:
        moment = min(max(moment, self.since), self.until)
        return round(LEFT + (moment - self.since).total_seconds() * self._scale, 1)

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment <= self.until

    def span(self, start: datetime, end: datetime, kind: str = "", label: str = "") -> Span:
        x = self.x(start)
        return Span(x, round(self.x(end) - x, 1), kind, label)


def draw(session: ViewerSession, escalation: Escalation, zoom: Zoom, zone: str) -> Strip:
    """Made of what this viewer may see, in three statements."""
    line = _Line(*_window(escalation, zoom))
    words = words_of_both(session, escalation, line.since)
    held = calls(session, escalation, line.since - timedelta(hours=4), line.until)
    changes = severities(session, escalation)
    moment = now()
    ours = _joined(line, [one for one in words if one.side is Side.staff])
    theirs = _joined(line, [one for one in words if one.side is Side.guest])
    due_at = escalation.next_update_due_at if escalation.is_open else None
    return Strip(
        zoom=zoom,
        since=line.since,
        until=line.until,
        ticks=list(_ticks(line, zone)),
        rests=list(_weekends(line, zone)),
        bands=list(_bands(line, escalation, changes)),
        calls=[_call(line, one) for one in held if line.holds(one.at)],
        ours=ours,
        theirs=theirs,
        now=line.x(moment) if line.holds(moment) else None,
        due=Mark(line.x(due_at), due_at) if due_at and line.holds(due_at) else None,
    )


def _window(escalation: Escalation, zoom: Zoom) -> tuple[datetime, datetime]:
    end = escalation.closed_at or now()
    ahead = AHEAD[zoom] if escalation.is_open else timedelta(0)
    due = escalation.next_update_due_at
    until = end + ahead
    if zoom is not Zoom.day and escalation.is_open and due and until < due < end + timedelta(days=4):
        until = due + timedelta(hours=6)
    back = {Zoom.day: timedelta(hours=24), Zoom.days: timedelta(days=10)}.get(zoom)
    since = escalation.opened_at if back is None else max(escalation.opened_at, end - back)
    return since - (until - since) * 0.02, until


def _call(line: _Line, call: Call) -> Mark:
    kind = "running" if call.is_running else "heard" if call.is_recorded else "plan" if call.at > now() else "held"
    return Mark(line.x(call.at), call.at, call.url, call.title, kind)


def _joined(line: _Line, words: list[Words]) -> list[Mark]:
    """Messages that would lie on each other are one mark, which says how many and opens the first."""
    groups: list[list[Words]] = []
    for one in words:
        if groups and line.x(one.at) - line.x(groups[-1][0].at) < APART:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [Mark(line.x(group[0].at), group[0].at, group[0].url, count=len(group)) for group in groups]


def _bands(line: _Line, escalation: Escalation, changes: list[Change]) -> Iterable[Span]:
    if not changes:
        return  # not this reader's to know
    ends = [change.at for change in changes[1:]] + [min(escalation.closed_at or now(), line.until)]
    for change, end in zip(changes, ends, strict=True):
        if end <= line.since or change.at >= line.until:
            continue
        severity = Severity(change.severity)
        band = line.span(change.at, end, BANDS[severity], SEVERITY_LABELS[severity])
        yield band if band.width > 7 * len(band.label) else Span(band.x, max(band.width, 2), band.kind)


def _ticks(line: _Line, zone: str) -> Iterable[Tick]:
    """Midnights, or every sixth hour; fewer where they would write over each other."""
    hours = 6 if line.until - line.since < timedelta(days=2) else 24
    local = datetime.combine(line.since.astimezone(ZoneInfo(zone)).date(), time(), ZoneInfo(zone))
    last = 0.0
    while local <= line.until:
        if local >= line.since and line.x(local) - last >= 56 and line.x(local) < RIGHT - 30:
            last = line.x(local)
            yield Tick(last, f"{local:%H:%M}" if hours == 6 and local.hour else f"{local:%a} {local.day}")
        local = _later(local, hours)


def _weekends(line: _Line, zone: str) -> Iterable[Span]:
    if line.until - line.since > timedelta(days=60):
        return
    local = datetime.combine(line.since.astimezone(ZoneInfo(zone)).date(), time(), ZoneInfo(zone))
    while local <= line.until:
        if local.weekday() >= 5 and (span := line.span(local, _later(local, 24))).width:
            yield span
        local = _later(local, 24)


def _later(local: datetime, hours: int) -> datetime:
    """By the wall clock, so that a day with a change of clocks is one day."""
    return local + timedelta(hours=hours)
