"""Whether the server lives, and the first page after signing in."""

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy import select

from app.access.doors import CurrentPage, PublicPages, SharedPages
from app.access.session import as_system
from app.foundation.database import for_reading

public = PublicPages()
shared = SharedPages()


@public.get("/healthz")
def show_health() -> Response:
    return PlainTextResponse("alive\n")


@public.get("/readyz")
def show_readiness(request: Request) -> Response:
    with as_system(for_reading(request.app.state.engine)) as session:
        session.execute(select(1))
    return PlainTextResponse("ready\n")


@shared.get("/")
def show_desk(page: CurrentPage) -> Response:
    return page.show("overview/desk.html")
