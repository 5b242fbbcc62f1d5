"""Where a list goes on: the moment and the id of the last row shown, because rows of one moment must not be lost."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.orm import Mapped

_FORM = re.compile(r"(\d{8}T\d{12})Z_([A-Za-z0-9_-]{1,20})")
_MOMENT = "%Y%m%dT%H%M%S%f"


def cursor_at(moment: datetime, row_id: str) -> str:
    return f"{moment.astimezone(UTC):{_MOMENT}}Z_{row_id}"


def go_on(query: Any, moment: Mapped[Any], row_id: Mapped[str], cursor: str) -> Any:
    """Latest first, on from this cursor; from the start without one, or with one that somebody wrote themselves."""
    if place := _place(cursor):
        at, last = place
        query = query.where(or_(moment < at, and_(moment == at, row_id < last)))
    return query.order_by(moment.desc(), row_id.desc())


def _place(cursor: str) -> tuple[datetime, str] | None:
    found = _FORM.fullmatch(cursor)
    if not found:
        return None
    try:
        at = datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return (at, found[2]) if at.year > 1900 else None
