"""Every router of the product and everything that runs beside them, in one list: a page that is not here does not exist."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from app.escalations import pages as escalations
from app.overview import pages as overview
from app.room import pages as room
from app.sign_in import pages as sign_in
from app.workspace import pages as workspace


def routers() -> list[APIRouter]:
    return [
        overview.public,
        overview.shared,
        sign_in.public,
        workspace.public,
        workspace.shared,
        workspace.staff,
        workspace.managers,
        escalations.staff,
        escalations.shared,
        room.shared,
    ]


@asynccontextmanager
async def running(site: FastAPI) -> AsyncIterator[None]:
    """What a web process does besides answering: the hub of live pages."""
    yield
