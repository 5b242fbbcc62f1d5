"""One answer to one request: the page somebody asked for, in their frame, or the way to the next one."""

import base64
import json
import re
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.access.looking_as import LookingAs
from app.access.permissions import Verb, may
from app.access.session import ViewerSession
from app.access.viewer import SYSTEM, THEMES, Viewer
from app.foundation.rendering import static_url, templates
from app.foundation.settings import Settings

SAID = "evenkeel-said"


class Toast(NamedTuple):
    """A sentence about what was just done, and where to post to undo it."""

    text: str
    undo_url: str | None = None


class Page:
    """What templates know as `page`: who is looking, and how to answer them."""

    def __init__(self, request: Request, viewer: Viewer | None, session: ViewerSession | None) -> None:
        self.request = request
        self.viewer = viewer or SYSTEM
        self._session = session
        self._said_shown = False

    @property
    def session(self) -> ViewerSession:
        if self._session is None:
            raise LookupError("this page was opened without a session")
        return self._session

    @property
    def has_session(self) -> bool:
        return self._session is not None

    @property
    def settings(self) -> Settings:
        return self.request.app.state.settings

    # What templates read ---------------------------------------------------------------------------------------------

    @property
    def layout(self) -> str:
        if self.viewer.is_system or self._session is None:
            return "plain_layout.html"
        return "guest_layout.html" if self.viewer.is_guest else "layout.html"

    @property
    def path(self) -> str:
        return self.request.url.path

    @property
    def address(self) -> str:
        """Path and query, for coming back."""
        query = self.request.url.query
        return f"{self.path}?{query}" if query else self.path

    @property
    def theme(self) -> str:
        """Of a cookie only what we may have put there: what strangers write is part of nothing that is kept."""
        theme = self.viewer.theme or self.request.cookies.get("evenkeel-theme", "")
        return theme if theme in THEMES else ""

    @property
    def looking_as(self) -> LookingAs | None:
        """Set while a colleague reads this page as a guest."""
        found: LookingAs | None = getattr(self.request.state, "looking_as", None)
        return found

    @property
    def zone(self) -> str:
        return self.viewer.zone

    @property
    def shortcuts(self) -> bool:
        return self.viewer.shortcuts

    @property
    def viewer_name(self) -> str:
        return self.viewer.name

    @property
    def request_id(self) -> str:
        return self.request.state.request_id

    @cached_property
    def workspace_name(self) -> str:
        return self.request.app.state.workspace_name(self)

    @cached_property
    def frame(self) -> Any:
        """The rail's content; composed by a higher floor, read by the layouts alone."""
        return self.request.app.state.frame(self)

    @property
    def toast(self) -> Toast | None:
        kept = self.request.cookies.get(SAID)
        if not kept:
            return None
        self._said_shown = True
        try:
            text, undo_url = json.loads(base64.urlsafe_b64decode(kept))
            text.encode()
        except (ValueError, TypeError, AttributeError):
            return None  # somebody wrote their own cookie; it says nothing
        # A backslash is a slash to browsers, and two of them lead elsewhere.
        is_ours = isinstance(undo_url, str) and re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", undo_url)
        return Toast(text[:300], undo_url if is_ours else None)

    def may(self, verb: Verb | str) -> bool:
        return may(self.viewer, verb)

    def static(self, name: str) -> str:
        return static_url(name)

    # How routes answer -----------------------------------------------------------------------------------------------

    def show(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        html = templates.get_template(template).render(page=self, **context)
        if self.looking_as:
            html = self.looking_as.leading_on(html)
        response = HTMLResponse(html, status)
        if self._said_shown:
            response.delete_cookie(SAID, path="/")
        return response

    def go(self, url: str, said: str = "", undo: str | None = None) -> Response:
        """On to another page, where `said` is shown once."""
        response = RedirectResponse(url, 303)
        if said:
            kept = base64.urlsafe_b64encode(json.dumps([said, undo]).encode()).decode()
            response.set_cookie(
                SAID, kept, max_age=60, path="/", httponly=True, samesite="lax", secure=self.settings.is_https
            )
        return response


def sign_in_address(request: Request) -> str:
    """Where a stranger is sent, to come back to what they asked for."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='/')}"
