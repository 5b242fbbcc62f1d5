"""The web process: every page, mounted."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.middleware.gzip import GZipMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app import mounted
from app.access.bearing import API
from app.access.gate import Gate
from app.access.lanes import Lanes
from app.access.looking_as import LooksAs
from app.api.mounting import Api
from app.errors import answer_errors
from app.foundation.clock import set_clock
from app.foundation.database import is_sqlite, open_database
from app.foundation.packed_files import PackedFiles
from app.foundation.rendering import STATIC
from app.foundation.settings import Settings, load_settings
from app.overview.frame import frame, workspace_name
from app.sign_in.personal_tokens.recognising import TokenRecogniser
from app.sign_in.sessions import Recogniser

READERS = 4  # on SQLite more threads fight over one interpreter and slow each other down
PG_READERS = 12
AT_ONCE = 12  # requests with a session; each may hold a connection, and the pool has twenty


def build_site(settings: Settings, engine: Engine) -> FastAPI:
    site = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=_lifespan)
    site.state.settings = settings
    site.state.engine = engine
    site.state.frame = frame
    site.state.workspace_name = workspace_name
    site.state.lanes = Lanes(AT_ONCE)
    site.state.write_lane = None
    site.state.written = lambda: None
    for router in mounted.routers():
        site.router.routes += router.routes  # as they are: including a router makes each of its routes a second time
    site.mount("/static", PackedFiles(directory=STATIC), name="static")
    site.mount(API, Api(), name="api")
    answer_errors(site)
    site.add_middleware(GZipMiddleware, minimum_size=600, compresslevel=4)
    site.add_middleware(LooksAs, engine=engine)
    recognise, recognise_token = Recogniser(engine, settings), TokenRecogniser(engine)
    site.add_middleware(Gate, settings=settings, recognise=recognise, recognise_token=recognise_token)
    if settings.trusted_proxies:  # outermost: who is asking is known to all the others
        site.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)
    return site


def site_from_settings() -> FastAPI:
    """What uvicorn is given."""
    settings = load_settings()
    set_clock(settings.clock)
    site = build_site(settings, open_database(settings.database))
    gc.freeze()  # what was loaded stays: looking through it again and again would hold up a page now and then
    return site


@asynccontextmanager
async def _lifespan(site: FastAPI) -> AsyncIterator[None]:
    embedded = is_sqlite(site.state.engine)
    site.state.write_lane = asyncio.Lock() if embedded else None
    site.state.lanes = Lanes(AT_ONCE)
    to_thread.current_default_thread_limiter().total_tokens = READERS if embedded else PG_READERS
    async with mounted.running(site):
        yield
