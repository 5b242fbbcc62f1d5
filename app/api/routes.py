"""Every route for programs, in one list."""

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from app.access.doors import public
from app.api import customers, describing, me, naming, search, timeline
from app.api.action_items import pages as action_items
from app.api.concerns import pages as concerns
from app.api.discussion import pages as discussion
from app.api.escalations import pages as escalations
from app.api.escalations import participants
from app.api.meetings import agenda, mine, notes
from app.api.meetings import pages as meetings
from app.api.recordings import listening, uploads
from app.api.recordings import pages as recordings

ROUTERS = [
    me.pages,
    naming.pages,
    customers.pages,
    escalations.pages,
    participants.pages,
    timeline.pages,
    concerns.pages,
    action_items.pages,
    discussion.pages,
    mine.pages,
    meetings.pages,
    agenda.pages,
    notes.pages,
    recordings.pages,
    listening.pages,
    uploads.pages,
    search.pages,
]


def router() -> APIRouter:
    made = APIRouter(redirect_slashes=False)
    for pages in ROUTERS:
        made.include_router(pages, prefix="/v1")
    description = describing.describe(made.routes)

    @made.get("/v1/openapi.json", dependencies=[Depends(public)], include_in_schema=False)
    def show_description() -> JSONResponse:
        return JSONResponse(description)

    return made
