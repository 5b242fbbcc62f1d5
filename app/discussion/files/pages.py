"""Handing out a file: to whoever may see the row it belongs to, asked anew each time."""

from functools import partial

from fastapi.responses import Response
from sqlmodel import col, select

from app.access.doors import SharedPages
from app.discussion.composing import storage_of
from app.escalations.doors import CurrentHere
from app.foundation.handing_out import FromStorage
from app.foundation.refusals import NotFound
from app.writing.attachments import headers_for
from app.writing.models import Attachment

shared = SharedPages(prefix="/escalations/{key}/files")


@shared.get("/{file_id}")
def hand_out_file(here: CurrentHere, file_id: str) -> Response:
    file = here.session.exec(
        select(Attachment).where(
            Attachment.id == file_id,
            Attachment.escalation_id == here.escalation.id,
            col(Attachment.removed_at).is_(None),
        )
    ).first()
    if file is None:
        raise NotFound
    reading = partial(storage_of(here).open_range, file.storage_key)
    return FromStorage(reading, 200, headers_for(file), file.kind)


@shared.get("/{file_id}/{name}")
def hand_out_file_by_name(here: CurrentHere, file_id: str) -> Response:
    """The name is for whoever reads the address; the file's own is the one it is saved under."""
    return hand_out_file(here, file_id)
