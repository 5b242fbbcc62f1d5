"""Every router of the product and everything that runs beside them, in one list: a page that is not here does not exist."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from app.action_items import pages as action_items
from app.concerns import pages as concerns
from app.demo import pages as demo
from app.discussion import pages as discussion
from app.discussion.files import pages as discussion_files
from app.discussion.leaving import keep_releasing
from app.discussion.messages import pages as discussion_messages
from app.discussion.readers import pages as discussion_readers
from app.escalations import pages as escalations
from app.escalations.drafts import pages as drafts
from app.escalations.names import pages as names
from app.escalations.participants import pages as participants
from app.escalations.presence import pages as presence
from app.escalations.vitals import pages as vitals
from app.live import pages as live
from app.live.hub import Hub
from app.meetings import letters as meeting_letters
from app.meetings import pages as meetings
from app.meetings.notes import pages as meeting_notes
from app.meetings.table import pages as meeting_table
from app.notifications import pages as notifications
from app.overview import pages as overview
from app.recordings import pages as recordings
from app.recordings.arrival import pages as arrivals
from app.recordings.arrival.resumable import pages as resumable
from app.recordings.listening import pages as listening
from app.recordings.playback import pages as playback
from app.recordings.transcript import pages as transcripts
from app.room import pages as room
from app.search import pages as search
from app.search.palette import pages as palette
from app.sign_in import pages as sign_in
from app.workspace import pages as workspace

WORDED = (meeting_letters,)  # imported so that its letters find their words


def routers() -> list[APIRouter]:
    return [
        # Looked through in this order for each request: first where people are most of the time.
        discussion_messages.staff,
        discussion_messages.shared,
        discussion.staff,
        discussion.shared,
        overview.public,
        overview.shared,
        live.shared,
        search.shared,
        palette.shared,
        escalations.staff,
        room.shared,
        room.staff,
        notifications.shared,
        resumable.staff,
        drafts.shared,
        presence.staff,
        vitals.staff,
        names.staff,
        participants.shared,
        participants.staff,
        concerns.staff,
        concerns.shared,
        action_items.staff,
        action_items.shared,
        discussion_files.shared,
        discussion_readers.shared,
        meetings.staff,
        meetings.shared,
        meeting_table.staff,
        meeting_table.shared,
        meeting_notes.staff,
        meeting_notes.shared,
        arrivals.staff,
        listening.staff,
        transcripts.staff,
        transcripts.shared,
        playback.shared,
        recordings.staff,
        recordings.shared,
        sign_in.public,
        *workspace.routers,
        demo.public,
        demo.managers,
    ]


@asynccontextmanager
async def running(site: FastAPI) -> AsyncIterator[None]:
    """What a web process does besides answering: tells live pages, and lets messages leave."""
    hub = site.state.hub = Hub(site.state.engine)
    site.state.written = hub.hint
    beside = [asyncio.create_task(hub.run()), asyncio.create_task(keep_releasing(site.state.engine))]
    yield
    hub.close()
    for task in beside:
        task.cancel()
