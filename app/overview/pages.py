"""Whether the server lives, and the first page after signing in."""

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy import select

from app.access.doors import CurrentPage, PublicPages, SharedPages
from app.access.pages import Page
from app.access.session import as_system
from app.foundation.clock import now
from app.foundation.database import for_reading
from app.foundation.held_file import is_in_place
from app.overview.desk import desk_of
from app.overview.guest_home import home_of, only_open

public = PublicPages()
shared = SharedPages()


@public.get("/healthz")
def show_health() -> Response:
    return PlainTextResponse("alive\n")


@public.get("/readyz")
def show_readiness(request: Request) -> Response:
    if not is_in_place(request.app.state.engine):
        return PlainTextResponse("The database's file was moved or replaced: restart the server.\n", 503)
    with as_system(for_reading(request.app.state.engine)) as session:
        session.execute(select(1))
    return PlainTextResponse("ready\n")


@shared.get("/")
def show_desk(page: CurrentPage) -> Response:
    if page.viewer.is_guest:
        return _guest_home(page)
    return page.show("overview/desk.html", desk=desk_of(page.session), this_moment=now())


def _guest_home(page: Page) -> Response:
    escalations = home_of(page.session)
    only = only_open(escalations)
    return page.go(only.url) if only else page.show("overview/guest_home.html", escalations=escalations)
