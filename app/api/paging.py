"""Lists a page at a time, by key: a cursor says where the last page ended, and what is new meanwhile moves nothing."""

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel
from sqlalchemy import Select, and_, or_

from app.access.session import ViewerSession
from app.foundation.problems import Problem

MOST = 100
Item = TypeVar("Item")
READERS: dict[type, Callable[[Any], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    str: str,
    int: int,
}


class Listed(BaseModel, Generic[Item]):
    """One page of a list. `next` is the address of the page after it; null at the end."""

    items: list[Item]
    next: str | None


@dataclass(frozen=True)
class Asked:
    """How much of a list a program wants, and after what."""

    request: Request
    limit: int
    cursor: str

    def listed(self, items: Iterable[Item], after: str) -> Listed[Item]:
        address = self.request.url.include_query_params(cursor=after) if after else None
        return Listed(items=list(items), next=f"{address.path}?{address.query}" if address else None)


def asked_page(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at once.")] = 50,
    cursor: Annotated[str, Query(max_length=200, description="From `next` of the page before.")] = "",
) -> Asked:
    return Asked(request, limit, cursor)


AskedPage = Annotated[Asked, Depends(asked_page)]


def read_page(
    session: ViewerSession,
    query: Select[Any],
    first: Any,
    second: Any,
    kind: type,
    asked: Asked,
    *,
    falling: bool = True,
) -> tuple[list[Any], str]:
    """Rows in the order of `first` and, where that is the same, `second`, which no two rows share; and the cursor to
    go on with. `kind` is what `first` holds."""
    if asked.cursor:
        at, tie = read_cursor(asked.cursor, kind)
        ahead = (first < at, second < tie) if falling else (first > at, second > tie)
        query = query.where(or_(ahead[0], and_(first == at, ahead[1])))
    order = (first.desc(), second.desc()) if falling else (first.asc(), second.asc())
    query = query.add_columns(first, second).order_by(*order).limit(asked.limit + 1)
    rows = [tuple(row) for row in session.execute(query)]
    shown = rows[: asked.limit]
    after = write_cursor(*shown[-1][-2:]) if len(rows) > asked.limit else ""
    return [row[:-2] for row in shown], after


def write_cursor(first: Any, second: Any) -> str:
    place = [first.isoformat() if isinstance(first, date) else first, second]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def read_cursor(cursor: str, kind: type, other: type = str) -> tuple[Any, Any]:
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(place, list):
            raise ValueError
        first, second = place
        at = READERS[kind](first)
        if (
            not isinstance(first, int if kind is int else str)
            or not isinstance(second, other)
            or b"\0" in f"{first}{second}".encode()  # which half a character does not survive
        ):
            raise ValueError
        if kind is int and not 0 <= at < 2**62 or isinstance(second, float) and not isfinite(second):
            raise ValueError
        if isinstance(at, datetime) and (at.tzinfo is None or not 1900 < at.year < 2200):
            raise ValueError
    except (ValueError, TypeError):
        raise unreadable() from None
    return at, second


def unreadable() -> Problem:
    return Problem(
        422,
        "This cursor was not given out here.",
        errors=[("cursor", "Take it from “next”, or begin without one.")],
    )
