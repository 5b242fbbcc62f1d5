"""Short sessions around a long request: while bytes stream in, nobody's place at the database is taken."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from app.access.doors import CurrentViewer
from app.access.session import ViewerSession
from app.access.viewer import Viewer
from app.foundation.database import for_reading
from app.foundation.settings import Settings

Result = TypeVar("Result")


class ShortSessions:
    """Opens the viewer's own session for the length of one call, in a thread."""

    def __init__(self, request: Request, viewer: Viewer) -> None:
        self.request = request
        self.viewer = viewer

    @property
    def settings(self) -> Settings:
        settings: Settings = self.request.app.state.settings
        return settings

    async def reading(self, look: Callable[[ViewerSession], Result]) -> Result:
        return await run_in_threadpool(self._read, look)

    async def writing(self, act: Callable[[ViewerSession], Result]) -> Result:
        """In its turn among the writers, as every other writing request."""
        async with self.request.app.state.write_lane or nullcontext():
            return await run_in_threadpool(self._write, act)

    def _read(self, look: Callable[[ViewerSession], Result]) -> Result:
        with ViewerSession(for_reading(self.request.app.state.engine), self.viewer) as session:
            return look(session)

    def _write(self, act: Callable[[ViewerSession], Result]) -> Result:
        with ViewerSession(self.request.app.state.engine, self.viewer) as session:
            result = act(session)
            session.commit()
            return result


def short_sessions(request: Request, viewer: CurrentViewer) -> ShortSessions:
    return ShortSessions(request, viewer)


CurrentShort = Annotated[ShortSessions, Depends(short_sessions)]
