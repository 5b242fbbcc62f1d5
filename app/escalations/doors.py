"""The escalation a request is in, found through its viewer's own session, and how its pages are answered."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Annotated, Any

from fastapi import Depends
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import bindparam, literal
from sqlmodel import col, select

from app.access.doors import CurrentPage
from app.access.pages import Page
from app.access.permissions import Verb, may
from app.access.session import ViewerSession
from app.access.viewer import Viewer
from app.escalations.head import Head, head_of, tabs_for
from app.escalations.models import Escalation
from app.foundation.refusals import NotAllowed, NotFound
from app.timeline.recording import newest_number
from app.writing.drafting import forget_draft

CLOSED = "This escalation is closed: everything can be read, nothing added. A colleague of the team can reopen it."


@dataclass(frozen=True)
class Here:
    """A request inside one escalation. Templates know it as `here`."""

    page: Page
    escalation: Escalation
    newest: int = 0  # how far its news had come, as far as the viewer is told, before anything else was read

    @property
    def session(self) -> ViewerSession:
        return self.page.session

    @property
    def viewer(self) -> Viewer:
        return self.page.viewer

    @property
    def url(self) -> str:
        return self.escalation.url

    @cached_property
    def head(self) -> Head:
        return head_of(self.session, self.escalation)

    def may(self, verb: Verb | str) -> bool:
        """Buttons ask this: in a closed escalation nobody writes, whatever their role."""
        writes = Verb(verb) is not Verb.close_escalation
        return may(self.viewer, verb) and (self.escalation.is_open or not writes)

    def show(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        tabs = tabs_for(self.viewer, self.escalation, self.page.path)
        return self.page.show(template, status, here=self, escalation=self.escalation, escalation_nav=tabs, **context)

    def go(self, path: str = "", said: str = "", undo: str | None = None) -> Response:
        """On to a page of this escalation: `here.go("/concerns", "Concern raised")`. What was typed has arrived, and is
        no draft any more."""
        if place := getattr(self.page.request.state, "typed", {}).get("draft"):
            forget_draft(self.session, self.escalation.id, place)
        return self.page.go(self.url + path, said, undo)


def find_escalation(session: ViewerSession, key: str) -> Escalation:
    found = session.exec(_by_key(), params={"key": key}).first()
    if found is None:
        raise NotFound  # absent or not yours: the same answer
    return found


@cache
def _by_key() -> Any:
    return select(Escalation).where(Escalation.key == bindparam("key"))


def here_from_path(key: str, page: CurrentPage) -> Here:
    found = page.session.execute(_with_newest(page.viewer.is_guest), {"key": key}).first()
    if found is None:
        raise NotFound
    return Here(page, found[0], found[1] or 0)


@cache
def _with_newest(for_guest: bool) -> Any:
    return select(Escalation, newest_for(for_guest)).where(Escalation.key == bindparam("key"))


def newest_for(guest: bool) -> Any:
    """How far an escalation's news have come, as a column beside it: by its pulse, as its stream counts them, or a page
    would be told once more of what was withdrawn."""
    newest = newest_number(literal("escalation:") + col(Escalation.id), shared=guest)
    return newest.correlate(Escalation).scalar_subquery()


CurrentHere = Annotated[Here, Depends(here_from_path)]


def open_here_from_path(here: CurrentHere) -> Here:
    if not here.escalation.is_open:
        raise NotAllowed(CLOSED)
    return here


# For everything that writes: in a closed escalation all read on and nobody writes.
OpenHere = Annotated[Here, Depends(open_here_from_path)]
