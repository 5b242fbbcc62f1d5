"""Where the site answers programs. Its routes are made when the first one asks: most days nobody does."""

from functools import cache
from threading import Lock

from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api import models as models  # the table is there whether anybody asks or not

making = Lock()


class Api:
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        routes = _once() if _once.cache_info().currsize else await to_thread.run_sync(routes_for_programs)
        await routes(scope, receive, send)


def routes_for_programs() -> ASGIApp:
    with making:
        return _once()


@cache
def _once() -> ASGIApp:
    from app.api.routes import router  # noqa: PLC0415  the schemas of all routes would cost each start half a second

    return router()
