"""The palette's two answers: what is offered before anything is typed, and what is found for it."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from app.access.doors import CurrentPage, SharedPages
from app.access.pace import Pace
from app.access.pages import Page
from app.escalations.doors import find_escalation
from app.escalations.models import Escalation
from app.search.finding import find
from app.search.palette.offering import escalations_named, offers
from app.search.words import parse

shared = SharedPages(prefix="/palette")
Key = Annotated[str, Query(alias="in", max_length=40)]
MOST = 6
pace = Pace(60)


@shared.get("")
def show_palette(page: CurrentPage, key: Key = "") -> Response:
    here = _here(page, key)
    return page.show("search/palette.html", here=here, groups=offers(page, here))


@shared.get("/found")
def show_found(page: CurrentPage, q: str = "", key: Key = "") -> Response:
    """Whoever types too fast for us still gets the line that leads to the search page."""
    words, here = parse(q), _here(page, key)
    found, named = [], []
    if words and pace.allows(page.viewer.sign_in_hash or str(page.viewer.person_id)):
        named = escalations_named(page.session, words)
        found = find(page.session, words, escalation=here).found[:MOST]
    return page.show("search/palette_found.html", words=words, here=here, named=named, found=found)


def _here(page: Page, key: str) -> Escalation | None:
    return find_escalation(page.session, key) if key else None
