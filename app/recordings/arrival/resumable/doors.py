"""Short sessions around a long request: while bytes stream in, nobody's place at the database is taken."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Annotated, TypeVar

from anyio import CancelScope
from fastapi import Depends, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from app.access.doors import CurrentViewer, turn_to_write
from app.access.lanes import Lanes
from app.access.session import ViewerSession
from app.access.viewer import Viewer
from app.foundation.database import for_reading
from app.foundation.ids import new_id
from app.foundation.refusals import Busy
from app.foundation.settings import Settings
from app.foundation.uploads import UploadBusy
from app.recordings.arrival.holding import RENEW_EVERY, keep_hold, let_go, take_hold

Result = TypeVar("Result")
log = logging.getLogger("evenkeel")


class ShortSessions:
    """Opens the viewer's own session for the length of one call, in a thread."""

    def __init__(self, request: Request, viewer: Viewer) -> None:
        self.request = request
        self.viewer = viewer

    @property
    def settings(self) -> Settings:
        settings: Settings = self.request.app.state.settings
        return settings

    def incoming(self) -> AsyncIterator[bytes]:
        """What is being sent, as fast as pages leave room for it."""
        lanes: Lanes = self.request.app.state.lanes
        return lanes.giving_way(self.request.stream())

    async def reading(self, look: Callable[[ViewerSession], Result]) -> Result:
        return await run_in_threadpool(self._read, look)

    async def writing(self, act: Callable[[ViewerSession], Result]) -> Result:
        """In its turn among the writers, as every other writing request, and for no longer than they wait for it."""
        async with turn_to_write(self.request):
            return await run_in_threadpool(self._write, act)

    def _read(self, look: Callable[[ViewerSession], Result]) -> Result:
        with ViewerSession(for_reading(self.request.app.state.engine), self.viewer) as session:
            return look(session)

    def _write(self, act: Callable[[ViewerSession], Result]) -> Result:
        with ViewerSession(self.request.app.state.engine, self.viewer) as session:
            result = act(session)
            session.commit()
            return result


@asynccontextmanager
async def held(short: ShortSessions, upload_id: str) -> AsyncIterator[None]:
    """While bytes are added by us, by nobody else. Raises UploadBusy."""
    holder = new_id()
    if not await short.writing(lambda session: take_hold(session, upload_id, holder)):
        raise UploadBusy(f"Another request is adding to upload {upload_id}.")
    renewing = asyncio.create_task(_keep_hold(short, upload_id, holder))
    try:
        yield
    finally:
        renewing.cancel()
        with CancelScope(shield=True), suppress(Busy):  # it runs out by itself
            await short.writing(lambda session: let_go(session, upload_id, holder))


async def _keep_hold(short: ShortSessions, upload_id: str, holder: str) -> None:
    """Should the database be away and the lease run out, the next one begins: nothing is written over in a bucket."""
    while True:
        await asyncio.sleep(RENEW_EVERY)
        try:
            await short.writing(lambda session: keep_hold(session, upload_id, holder))
        except (SQLAlchemyError, Busy) as error:
            log.warning("The hold on an upload could not be renewed: %s", type(error).__name__)


def short_sessions(request: Request, viewer: CurrentViewer) -> ShortSessions:
    return ShortSessions(request, viewer)


CurrentShort = Annotated[ShortSessions, Depends(short_sessions)]
