"""View as customer: a colleague reads an escalation's pages through a guest's own permission, and changes nothing.

`/as/<guest>/escalations/…` is what `/escalations/…` is for that guest. The address says it, so that two tabs never mix,
and the colleague's own sign-in stays what it is."""

import re
from dataclasses import replace
from typing import Any, NamedTuple

from anyio import to_thread
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access.gate import SAFE_METHODS
from app.access.participation import Audience, Participation
from app.access.recognising import viewer_of
from app.access.session import ViewerSession
from app.access.viewer import Viewer
from app.foundation.database import for_a_page
from app.foundation.refusals import NotAllowed, NotFound
from app.people.models import Account, Person, Side

ADDRESS = re.compile(r"/as/([A-Za-z0-9_-]{1,40})(/escalations/.+|/search)", re.DOTALL)
# What a browser follows by itself or by a click; what is copied for others (data-copy) stays everybody's address.
FOLLOWED = re.compile(
    r'((?:href|action|formaction|src|hx-[a-z-]+|data-(?!copy)[a-z-]+)=")(?=/(?:escalations/|search\b))'
)


class LookingAs(NamedTuple):
    """Whose eyes a page is read through, and where it is kept."""

    name: str
    prefix: str

    def leading_on(self, html: str) -> str:
        """The same page with its links kept inside this view, and its forms only to be looked at."""
        return FOLLOWED.sub(rf"\g<1>{self.prefix}", html).replace(' method="post"', ' method="post" inert')


def _kept_inside(view: LookingAs | None, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if view is not None and message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if (address := headers.get("location", "")).startswith(("/escalations/", "/search")):
                headers["location"] = view.prefix + address
        await send(message)

    return sending


class LooksAs:
    """Between the gate and the pages: swaps the viewer for the guest, when a colleague may look at them at all."""

    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        self.app = app
        self.reading = for_a_page(engine)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["state"]["looking_as"] = None
            viewer = scope["state"]["viewer"]
            if viewer is not None and viewer.is_staff and (wanted := ADDRESS.fullmatch(scope["path"])):
                scope = await self._through(scope, viewer, *wanted.groups())
                send = _kept_inside(scope["state"]["looking_as"], send)
        await self.app(scope, receive, send)

    async def _through(self, scope: Scope, viewer: Viewer, guest_id: str, path: str) -> Scope:
        state = scope["state"]
        try:
            guest = await to_thread.run_sync(self._find, viewer, guest_id)
        except SQLAlchemyError as error:
            state["trouble"], guest = error, None
        if guest is None:
            state["trouble"] = state["trouble"] or NotFound()
            return {**scope, "path": path, "raw_path": path.encode()}
        if scope["method"] not in SAFE_METHODS:
            state["trouble"] = NotAllowed(f"You are looking as {guest.name}: nothing can be changed here.")
        state["viewer"] = guest
        state["looking_as"] = LookingAs(guest.name, f"/as/{guest_id}")
        return {**scope, "path": path, "raw_path": path.encode()}

    def _find(self, viewer: Viewer, guest_id: str) -> Viewer | None:
        """Through the colleague's own session: a guest of restricted escalations alone is nobody they know of."""
        with ViewerSession(self.reading, viewer) as session:
            found: Any = session.exec(
                select(Person, Account)
                .join(Account, col(Account.person_id) == Person.id)
                .join(Participation, col(Participation.person_id) == Person.id)
                .where(Person.id == guest_id, Participation.side == Side.guest)
                .where(Participation.audience == Audience.shared, col(Participation.ended_at).is_(None))
            ).first()
        if found is None or not found[1].is_active:
            return None
        guest = viewer_of(*found)
        return replace(guest, theme=viewer.theme, sign_in_hash=viewer.sign_in_hash, seen_through=viewer)
