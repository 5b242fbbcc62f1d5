"""What time it is, for everything that is stored or shown."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from app.foundation.settings import parse_clock

SET_BACK = timedelta(
    minutes=2
)  # further ahead than the clocks of two machines differ: written before ours was set back

_set_to: datetime | timedelta | None = None
_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def set_clock(setting: str) -> None:
    """Fix or shift the clock for a test or a drill; the setting refuses this on a real server."""
    global _set_to
    _set_to = parse_clock(setting)


@contextmanager
def telling(moment: datetime) -> Iterator[None]:
    """What is done inside happened then: for a story that is told afterwards. Nobody else's clock moves."""
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def now() -> datetime:
    if told := _told.get():
        return told
    if isinstance(_set_to, datetime):
        return _set_to.astimezone(UTC)
    return datetime.now(UTC) + (_set_to or timedelta(0))


def today(zone: str) -> date:
    return now().astimezone(ZoneInfo(zone)).date()


@lru_cache
def zones() -> list[str]:
    """The time zones a person may choose from."""
    return sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/"))
    ) + ["UTC"]


def zone_choices() -> list[tuple[str, str]]:
    """The same as a form's options: (value, label)."""
    return [(name, name.replace("_", " ")) for name in zones()]


def is_zone(name: str) -> bool:
    return name == "UTC" or name in available_timezones()


def local_to_utc(typed: datetime, zone: str) -> datetime:
    """The moment when a clock in this zone shows that. Raises ValueError, with a sentence for the person, where none does:
    a clock that is put forward skips an hour; and where it is too far away to be meant."""
    if abs(typed.year - now().year) > 100:
        raise ValueError("Choose a date within a hundred years from now.")
    plain = typed.replace(tzinfo=None)
    moment = plain.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != plain:
        raise ValueError("The clocks go forward that night, and this time is skipped. Choose another.")
    return moment


def end_of(day: date, zone: str) -> datetime:
    """Its last second in this zone; of the last days that there are, the last moment there is."""
    with suppress(OverflowError):
        return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)
    return datetime.max.replace(tzinfo=UTC)
