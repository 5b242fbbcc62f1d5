"""Looking words up, in everything the token's person may read."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel

from app.access.doors import CurrentPage
from app.access.participation import Audience
from app.api.doors import ApiPages
from app.api.paging import Listed, read_cursor, unreadable, write_cursor
from app.escalations.doors import find_escalation
from app.foundation.problems import Problem
from app.search.documents import Group
from app.search.finding import find
from app.search.looking_up import Place, Sorting, read_place
from app.search.pages import pace
from app.search.words import parse

pages = ApiPages(tags=["search"])
TOO_OFTEN = "That was a lot of searches in a short time. Wait a few seconds, then search again."


class PieceOut(BaseModel):
    text: str
    is_hit: bool


class FoundOut(BaseModel):
    kind: str
    escalation: str
    title: list[PieceOut]
    body: list[PieceOut]
    url: str
    audience: Audience
    happened_at: datetime
    second: float | None


@pages.get("/search")
def show_search(
    request: Request,
    page: CurrentPage,
    q: Annotated[str, Query(min_length=1, max_length=500, examples=["invoice"])],
    kind: Group | None = None,
    escalation: Annotated[str, Query(max_length=16)] = "",
    sort: Sorting = Sorting.best,
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> Listed[FoundOut]:
    """Twenty at a time; `url` is the page where it stands. At most 30 searches a minute."""
    if not pace.allows(page.viewer.sign_in_hash):
        raise Problem(429, TOO_OFTEN, headers={"retry-after": "10"})
    inside = find_escalation(page.session, escalation) if escalation else None
    found = find(page.session, parse(q), group=kind, escalation=inside, sorting=sort, after=_place(cursor))
    items = [
        FoundOut(
            kind=one.source.kind,
            escalation=one.key,
            title=[PieceOut(text=text, is_hit=is_hit) for text, is_hit in one.title],
            body=[PieceOut(text=text, is_hit=is_hit) for text, is_hit in one.body],
            url=page.settings.site + one.url,
            audience=Audience.internal if one.is_internal else Audience.shared,
            happened_at=one.happened_at,
            second=one.second,
        )
        for one in found.found
    ]
    older = found.older
    address = request.url.include_query_params(cursor=write_cursor(older.number, older.rest)) if older else None
    return Listed(items=items, next=f"{address.path}?{address.query}" if address else None)


def _place(cursor: str) -> Place | None:
    if not cursor:
        return None
    number, rest = read_cursor(cursor, int, str)
    place = read_place(str(number), rest)
    if place is None:
        raise unreadable()
    return place
