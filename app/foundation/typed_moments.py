"""Moments as people type them, on their own clocks."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.foundation.clock import local_to_utc
from app.foundation.refusals import Refused


def typed_moment(typed: datetime | str, zone: str, field: str) -> datetime:
    """Refused in words, beside the field, when no clock in this zone shows that."""
    try:
        return local_to_utc(typed if isinstance(typed, datetime) else _read(typed), zone)
    except ValueError as mistake:
        raise Refused(str(mistake), field) from None


def as_typed(moment: datetime, zone: str) -> str:
    """The value of a datetime-local field."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def _read(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("Choose a date and a time.") from None
