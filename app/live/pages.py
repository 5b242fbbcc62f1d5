"""The streams that open pages listen to: one for each page, about its escalation and about what is one's own."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import Engine

from app.access.doors import CurrentViewer, SharedPages
from app.access.session import ViewerSession
from app.access.viewer import Viewer
from app.escalations.doors import find_escalation
from app.foundation.database import for_a_page
from app.live.frames import GREETING, HEARTBEAT, event
from app.live.hub import Hub, Listener
from app.live.looking import missed

shared = SharedPages()

NUMBER = re.compile(r"[0-9]{1,15}")
LIFETIME = 600  # seconds; the browser reconnects by itself
HEARTBEAT_EVERY = 15  # seconds, whatever happens: a guest cannot tell a busy escalation from a quiet one
MOST_STREAMS = 12  # of one sign-in


@shared.get("/live")
async def follow_own_news(request: Request, viewer: CurrentViewer) -> Response:
    return _stream(request, Listener(viewer, None))


@shared.get("/escalations/{key}/live")
async def follow_escalation(
    key: str,
    request: Request,
    viewer: CurrentViewer,
    last_event_id: Annotated[str, Header()] = "",
    after: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """On from what the browser heard last, or from what its page was made of."""
    escalation_id = await run_in_threadpool(_enter, request, viewer, key)
    return _stream(request, Listener(viewer, escalation_id), last_event_id or after)


def _enter(request: Request, viewer: Viewer, key: str) -> str:
    """Through the viewer's own session, which is closed again before the first byte is sent."""
    with ViewerSession(for_a_page(request.app.state.engine), viewer) as session:
        return find_escalation(session, key).id


def _missed(engine: Engine, listener: Listener, last_event_id: str) -> list[bytes]:
    if listener.escalation_id is None or not NUMBER.fullmatch(last_event_id):
        return []
    with ViewerSession(for_a_page(engine), listener.viewer) as session:
        number, panels = missed(session, listener.viewer, listener.escalation_id, int(last_event_id))
    return [event(panel, number) for panel in sorted(panels)]


def _stream(request: Request, listener: Listener, last_event_id: str = "") -> Response:
    hub: Hub = request.app.state.hub
    if hub.count(listener.viewer.sign_in_hash) >= MOST_STREAMS:
        return Response("Too many pages are open; this one is refreshed by hand.\n", 429, headers={"retry-after": "60"})
    signals = _signals(hub, listener, request.app.state.engine, last_event_id)
    return StreamingResponse(signals, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def _signals(hub: Hub, listener: Listener, engine: Engine, last_event_id: str) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    ends = loop.time() + LIFETIME
    hub.join(listener)
    try:
        yield GREETING
        await hub.followed(listener)
        # Looked up after joining: what happens in between is told twice, and not never.
        for frame in await run_in_threadpool(_missed, engine, listener, last_event_id):
            yield frame
        heartbeat = loop.time() + HEARTBEAT_EVERY
        while loop.time() < ends:
            try:
                found = await asyncio.wait_for(listener.queue.get(), max(0.0, heartbeat - loop.time()))
            except TimeoutError:
                heartbeat += HEARTBEAT_EVERY
                yield HEARTBEAT
                continue
            if found is None:
                return
            yield found
    finally:
        hub.leave(listener)
