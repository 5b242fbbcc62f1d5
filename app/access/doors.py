"""How a request gets in: who is asking, what kind of page they may open, and the session they open it with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.exceptions import HTTPException as StarletteHTTPException

from app.access.bearing import is_api
from app.access.gate import FORM_LIMIT, SAFE_METHODS
from app.access.lanes import Lanes
from app.access.late_route import LateRoute
from app.access.pace import Pace
from app.access.pages import Page
from app.access.permissions import Verb, may
from app.access.session import ViewerSession
from app.access.viewer import SYSTEM, Viewer
from app.foundation.database import for_a_page
from app.foundation.forms import kind_of_body, read_beginning, read_form
from app.foundation.refusals import Busy, NotAllowed, TooOften

# Far above what a person does, so that a script that writes in a circle stops nobody else.
OUR_PACE, GUESTS_PACE = Pace(600), Pace(300)
LONGEST_WAIT = 6.0  # seconds for one's turn to write
JSON = "application/json"
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class SignInNeeded(Exception):
    """Nobody is signed in: a page sends them to the sign-in page, anything else is refused."""


async def current_viewer(request: Request) -> Viewer:
    """Set by the gate from the cookie, before any body is read; while nobody can be recognised, a form's words are kept
    for the answer that says so, which tells their sender nothing but them."""
    viewer: Viewer | None = request.state.viewer
    if request.state.trouble is not None:
        await _keep_words(request)
        raise request.state.trouble
    if viewer is None:
        raise SignInNeeded
    return viewer


async def _keep_words(request: Request) -> None:
    is_form = kind_of_body(request.headers) in FORM_TYPES
    if request.method in SAFE_METHODS or is_api(request.url.path) or not is_form:
        return
    with suppress(StarletteHTTPException):
        await read_beginning(request, FORM_LIMIT)


# What only looks at the request is `async`: on the loop it costs nothing, where a thread would cost more than the look.
CurrentViewer = Annotated[Viewer, Depends(current_viewer)]


async def staff_only(viewer: CurrentViewer) -> None:
    if not viewer.is_staff:
        raise HTTPException(404)  # a guest is not told that staff pages exist


async def managers_only(viewer: CurrentViewer) -> None:
    if not viewer.is_staff:
        raise HTTPException(404)
    if not viewer.is_manager:
        raise NotAllowed("Only escalation managers and administrators can open this page.")


async def public() -> None:
    """Open to everybody. Each such page is listed in tests/public_surface.txt."""


@asynccontextmanager
async def own_turn(request: Request, viewer: Viewer) -> AsyncIterator[None]:
    """All wait for each other here, on the loop. Writers waiting in threads would use up the readers' threads; and readers
    who have a database connection and wait for a thread would starve those who have a thread and wait for a connection.
    The body is read before the turn is taken, so that a slow sender holds up nobody else."""
    lanes: Lanes = request.app.state.lanes
    if request.method in SAFE_METHODS:
        async with lanes:
            yield
        return
    if is_api(request.url.path):
        if kind_of_body(request.headers) == JSON:
            await request.body()
    else:
        # First, so that whoever is too quick gets back what they wrote. What is no form is not read by this.
        await read_form(request)
        if viewer.sign_in_hash and not (GUESTS_PACE if viewer.is_guest else OUR_PACE).allows(viewer.sign_in_hash):
            raise TooOften
    if request.app.state.write_lane is None:
        async with lanes:
            yield
    else:
        async with turn_to_write(request):
            with lanes.beside():
                yield
    request.app.state.written()


@asynccontextmanager
async def turn_to_write(request: Request) -> AsyncIterator[None]:
    """One after another on SQLite, which lets one write at a time; on PostgreSQL nobody waits here."""
    lane: asyncio.Lock | None = request.app.state.write_lane
    if lane is None:
        yield
        return
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            await lane.acquire()
    except TimeoutError:
        raise Busy from None  # whoever is ahead waits for the database as well
    try:
        yield
    finally:
        lane.release()


@asynccontextmanager
async def opened(request: Request, viewer: Viewer) -> AsyncIterator[ViewerSession]:
    """A session asks the database for nothing until it is used, which is in the handler's thread. Most are finished there
    as well (app/access/one_thread.py); the others are waited for in another."""
    engine, reads = request.app.state.engine, request.method in SAFE_METHODS
    session = ViewerSession(for_a_page(engine) if reads else engine, viewer)
    session.writes = not reads
    try:
        yield session
    except BaseException:
        await to_thread.run_sync(session.close)
        raise
    if not session.is_finished:
        await to_thread.run_sync(session.finish)


async def open_page(request: Request) -> AsyncIterator[Page]:
    """All at once, because each link of a chain of dependencies would cost every request."""
    viewer = await current_viewer(request)
    async with own_turn(request, viewer), opened(request, viewer) as session:
        yield Page(request, viewer, session)


# scope="function": commit before the response leaves, so a failed commit is a failed request.
CurrentPage = Annotated[Page, Depends(open_page, scope="function")]


async def session_of(page: CurrentPage) -> ViewerSession:
    return page.session


CurrentSession = Annotated[ViewerSession, Depends(session_of)]


async def open_public_page(request: Request) -> Page:
    return Page(request, request.state.viewer, None)


PublicPage = Annotated[Page, Depends(open_public_page)]


async def open_house_session(request: Request) -> AsyncIterator[ViewerSession]:
    """For the sign-in pages, whose visitors are nobody yet: they read and write as the house itself."""
    async with own_turn(request, SYSTEM), opened(request, SYSTEM) as session:
        yield session


HouseSession = Annotated[ViewerSession, Depends(open_house_session, scope="function")]


def requires(verb: Verb) -> Any:
    """Names what a route does; only those the permissions table lets do it come in."""

    async def allowed(request: Request) -> None:
        viewer: Viewer | None = request.state.viewer
        if viewer is None:
            return  # the door has already answered, or the page is public
        if not may(viewer, verb):
            raise HTTPException(404) if viewer.is_guest else NotAllowed()

    allowed.verb = verb  # type: ignore[attr-defined]  # read by the route walk
    return Depends(allowed)


def StaffPages(**options: Any) -> APIRouter:
    """Pages for our own people. The default choice."""
    return APIRouter(dependencies=[Depends(staff_only)], redirect_slashes=False, route_class=LateRoute, **options)


def ManagerPages(**options: Any) -> APIRouter:
    """Pages for escalation managers and administrators."""
    return APIRouter(dependencies=[Depends(managers_only)], redirect_slashes=False, route_class=LateRoute, **options)


def SharedPages(**options: Any) -> APIRouter:
    """Pages customer guests can open too. Each one is listed in tests/guest_surface.txt."""
    return APIRouter(dependencies=[Depends(current_viewer)], redirect_slashes=False, route_class=LateRoute, **options)


def PublicPages(**options: Any) -> APIRouter:
    """Pages without a sign-in. Each one is listed in tests/public_surface.txt."""
    return APIRouter(dependencies=[Depends(public)], redirect_slashes=False, route_class=LateRoute, **options)
