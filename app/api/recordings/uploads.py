"""Recordings come in by tus 1.0, as from the pages: begun inside an escalation, then sent in pieces that may break off."""

import json
from typing import Any

from fastapi import Request, Response

from app.access.doors import requires
from app.access.permissions import Verb
from app.api.describing import refusals
from app.api.doors import ApiPages
from app.escalations.doors import CurrentHere, OpenHere
from app.foundation.problems import Problem
from app.recordings.arrival.resumable import pages as resumable
from app.recordings.arrival.resumable.doors import CurrentShort

pages = ApiPages(tags=["uploads"])
UPLOADS = [requires(Verb.upload_recording)]


def _header(name: str, says: str, example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "schema": {"type": "string"},
        "description": says,
        "example": example,
    }


TUS = _header("Tus-Resumable", "The version of the protocol.", "1.0.0")
OFFSET = _header("Upload-Offset", "How much is there already.", "0")
LENGTH = _header("Upload-Length", "How long the file is.", "480044")
DETAILS = _header(
    "Upload-Metadata",
    "Names and values in base64, with commas between: `filename`, `title`, `recorded_at`, `meeting_id`, `how` (how they "
    "agreed), `others` (a name on each line), `consent_<person id>` with `yes`, "
    "`no` or `absent` for those who take part, `everybody` with `yes` for those of them not answered for. With `replaces`, the "
    "id of a recording, the file becomes that recording's, and all else that was said of it stays.",
    "filename Y2FsbC53YXY=,title V2Vla2x5IGNhbGw=,others TWFyaw==,how QXNrZWQgYXQgdGhlIGJlZ2lubmluZw==",
)
PIECE = {
    "required": True,
    "content": {"application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
TROUBLES = refusals(400, 409, 412, 413, 415, 423, 507)


@pages.options("/escalations/{key}/uploads", status_code=204, response_class=Response, dependencies=UPLOADS)
def show_abilities(here: CurrentHere) -> Response:
    """Which extensions of tus are spoken, and the longest file."""
    return resumable.show_abilities(here)


@pages.post(
    "/escalations/{key}/uploads",
    status_code=201,
    response_class=Response,
    responses=TROUBLES,
    dependencies=UPLOADS,
    openapi_extra={"parameters": [TUS, LENGTH, DETAILS]},
)
def create_upload(here: OpenHere, request: Request) -> Response:
    """`Location` says where the pieces go."""
    answer = _told(resumable.create_upload(here, request))
    answer.headers["location"] = f"/api/v1{answer.headers['location']}"
    return answer


@pages.head(
    "/uploads/{upload_id}",
    status_code=200,
    response_class=Response,
    responses=TROUBLES,
    openapi_extra={"parameters": [TUS]},
)
async def show_offset(upload_id: str, request: Request, short: CurrentShort) -> Response:
    """`Upload-Offset` says where to go on."""
    return _told(await resumable.show_offset(upload_id, request, short))


@pages.patch(
    "/uploads/{upload_id}",
    status_code=204,
    response_class=Response,
    responses=TROUBLES,
    dependencies=UPLOADS,
    openapi_extra={"parameters": [TUS, OFFSET], "requestBody": PIECE},
)
async def update_upload(upload_id: str, request: Request, short: CurrentShort) -> Response:
    """The next piece. With the last one the recording is there."""
    return _told(await resumable.update_upload(upload_id, request, short))


@pages.delete(
    "/uploads/{upload_id}",
    status_code=204,
    response_class=Response,
    responses=TROUBLES,
    dependencies=UPLOADS,
    openapi_extra={"parameters": [TUS]},
)
async def delete_upload(upload_id: str, request: Request, short: CurrentShort) -> Response:
    return _told(await resumable.delete_upload(upload_id, request, short))


def _told(answer: Response) -> Response:
    """A refusal of the pages' own tus address, as programs read refusals."""
    if answer.status_code < 400:
        return answer
    said = json.loads(bytes(answer.body))
    kept = {name: value for name, value in answer.headers.items() if name.startswith(("tus-", "upload-"))}
    errors = [(said["field"], said["error"])] if said.get("field") else []
    raise Problem(answer.status_code, said["error"], errors=errors, headers=kept)
