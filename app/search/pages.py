"""The search page, the same address for both sides: each finds what they may read."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from app.access.doors import CurrentPage, SharedPages
from app.access.pace import Pace
from app.access.pages import Page
from app.escalations.doors import find_escalation
from app.escalations.head import tabs_for
from app.search.asking import Asked, read_asked
from app.search.documents import Group
from app.search.finding import Findings, find, sortings_for
from app.search.folding import fold
from app.search.looking_up import Sorting
from app.search.words import LONGEST, MOST

shared = SharedPages()

TOO_OFTEN = "That was a lot of searches in a short time. Wait a few seconds, then search again."
CUT = f"Only the first {MOST} words, of at most {LONGEST} characters together, were looked for."
NOTHING = Findings([], None, "")
pace = Pace()


@shared.get("/search")
def show_search(
    page: CurrentPage,
    q: str = "",
    kind: str = "",
    inside: Annotated[str, Query(alias="in")] = "",
    sort: str = "",
    before: str = "",
) -> Response:
    escalation = find_escalation(page.session, inside) if inside else None
    asked = read_asked(q, kind, escalation, sort, before)
    if asked.words and not pace.allows(page.viewer.sign_in_hash or str(page.viewer.person_id)):
        response = _answer(page, asked, NOTHING, 429, TOO_OFTEN)
        response.headers["retry-after"] = "10"
        return response
    findings = find(
        page.session,
        asked.words,
        group=asked.group,
        escalation=asked.escalation,
        sorting=asked.sorting,
        after=asked.after,
    )
    return _answer(page, asked, findings)


def _answer(page: Page, asked: Asked, findings: Findings, status: int = 200, refused: str = "") -> Response:
    tabs = tabs_for(page.viewer, asked.escalation, page.path) if asked.escalation else []
    offered = sortings_for(page.session)
    return page.show(
        "search/index.html",
        status,
        asked=asked,
        findings=findings,
        folds=fold(findings.found),
        refused=refused,
        cut=CUT if asked.words.was_cut else "",
        escalation_nav=tabs,
        groups=[("Everything", asked.url(group=None), asked.group is None, None)]
        + [(group.capitalize(), asked.url(group=group), asked.group is group, None) for group in Group],
        sortings=[(SORTED[known], asked.url(sorting=known), asked.sorting is known) for known in offered],
        older_url=asked.url(after=findings.older) if findings.older else "",
        newer_url=asked.url() if asked.after else "",
        everywhere_url=asked.url(escalation=None),
    )


SORTED = {Sorting.best: "Best match", Sorting.newest: "Newest"}
