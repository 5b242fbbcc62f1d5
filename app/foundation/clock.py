"""What time it is, for everything that is stored or shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from app.foundation.settings import parse_clock

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


def local_to_utc(text: str, zone: str) -> datetime:
    """What a person typed into a date-time field, meant in their zone. Raises ValueError when it is not a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
