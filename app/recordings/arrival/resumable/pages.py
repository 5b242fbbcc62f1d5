"""Resumable uploads by tus 1.0: begun inside an escalation, then spoken to at an address of their own."""

from pathlib import Path

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from sqlmodel import select
from starlette.concurrency import run_in_threadpool

from app.access.doors import CurrentPage, StaffPages, requires
from app.access.permissions import Verb
from app.escalations.doors import CurrentHere, OpenHere
from app.escalations.models import Escalation
from app.foundation import storage, uploads
from app.foundation.clock import now
from app.foundation.refusals import NotFound, Refused, StorageFull
from app.recordings.arrival.arriving import finish_upload, look_at_beginning, take_in
from app.recordings.arrival.details import details_from
from app.recordings.arrival.resumable.doors import CurrentShort, ShortSessions
from app.recordings.arrival.resumable.protocol import (
    EXTENSIONS,
    VERSION,
    Creation,
    NotTus,
    read_creation,
    read_offset,
    require_version,
)
from app.recordings.arrival.uploading import (
    MOST_BYTES,
    begin_upload,
    discard_upload,
    find_open_upload,
    find_upload,
    keep_longer,
    refuse_upload,
)
from app.recordings.finding import find_recording
from app.recordings.models import Upload, UploadState
from app.recordings.naming import recording_url
from app.recordings.storing import media_key, storage_of, uploads_folder
from app.speech.sniffing import UnusableMedia

staff = StaffPages()
MAY_UPLOAD = [requires(Verb.upload_recording)]


@staff.options("/escalations/{key}/uploads", dependencies=MAY_UPLOAD)
def show_abilities(here: CurrentHere) -> Response:
    return _answer(204, **{"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(MOST_BYTES)})


@staff.post("/escalations/{key}/uploads", dependencies=MAY_UPLOAD)
def create_upload(here: OpenHere, request: Request) -> Response:
    try:
        asked = read_creation(request.headers)
        upload = _begin(here, asked, uploads_folder(here.page.settings))
    except NotTus as mistake:
        return _mistake(mistake)
    except Refused as refusal:
        here.session.rollback()
        return _said(422, refusal.sentence, refusal.field)
    # A path, not an address: what a proxy or a forged header calls this server never comes into it.
    return _answer(201, **_place(upload), Location=f"/uploads/{upload.id}")


@staff.get("/uploads/{upload_id}")
def show_upload(page: CurrentPage, upload_id: str) -> Response:
    """To where it led, or to the page where it can go on."""
    upload = find_upload(page.session, upload_id)
    key = page.session.exec(select(Escalation.key).where(Escalation.id == upload.escalation_id)).one()
    return page.go(recording_url(key, upload.recording_id or "new"))


@staff.head("/uploads/{upload_id}")
async def show_offset(upload_id: str, request: Request, short: CurrentShort) -> Response:
    try:
        require_version(request.headers)
    except NotTus as mistake:
        return _mistake(mistake)
    upload = await short.reading(lambda session: find_upload(session, upload_id))
    try:
        offset = await _settle(short, upload)
    except UnusableMedia as refusal:
        await _refuse(short, upload, refusal.sentence)
        return _said(422, refusal.sentence, "files")
    except uploads.UploadBusy:
        return _said(423, "Another request is just finishing this upload.")
    except uploads.UploadMissing:
        raise NotFound from None
    return _answer(200, **_place(upload), **{"Upload-Offset": str(offset), "Upload-Length": str(upload.size)})


@staff.patch("/uploads/{upload_id}", dependencies=MAY_UPLOAD)
async def update_upload(upload_id: str, request: Request, short: CurrentShort) -> Response:
    folder = uploads_folder(short.settings)
    try:
        offset = read_offset(request.headers)
        upload = await short.reading(lambda session: find_open_upload(session, upload_id))
        if upload.state is UploadState.open and not await _lies_in_storage(short, upload):
            stored = await uploads.append(folder, upload.id, offset, request.stream(), upload.size)
            if offset == 0 and stored:
                await run_in_threadpool(look_at_beginning, folder, upload.id)
            await short.writing(lambda session: keep_longer(session, upload_id, now()))
        elif offset != upload.size:
            raise uploads.WrongOffset(upload.size)
        offset = await _settle(short, upload)
    except NotTus as mistake:
        return _mistake(mistake)
    except uploads.WrongOffset as elsewhere:
        return _said(409, "The upload stands elsewhere.", offset=elsewhere.actual)
    except uploads.UploadBusy:
        return _said(423, "Another window is sending this file.")
    except uploads.TooManyBytes:
        return _said(413, "More was sent than the file was said to have.")
    except uploads.UploadMissing:
        raise NotFound from None
    except storage.StorageFull:
        raise StorageFull from None
    except UnusableMedia as refusal:
        await _refuse(short, upload, refusal.sentence)
        return _said(422, refusal.sentence, "files")
    return _answer(204, **_place(upload), **{"Upload-Offset": str(offset)})


@staff.delete("/uploads/{upload_id}", dependencies=MAY_UPLOAD)
async def delete_upload(upload_id: str, request: Request, short: CurrentShort) -> Response:
    try:
        require_version(request.headers)
    except NotTus as mistake:
        return _mistake(mistake)
    await short.writing(lambda session: discard_upload(session, upload_id))
    await run_in_threadpool(uploads.remove, uploads_folder(short.settings), upload_id)
    return _answer(204)


@staff.post("/uploads/{upload_id}/removal", dependencies=MAY_UPLOAD)
def delete_upload_by_form(upload_id: str, page: CurrentPage) -> Response:
    """The same for a browser that speaks no tus. Should the commit fail, the upload begins anew: it was unwanted."""
    upload = find_upload(page.session, upload_id)
    key = page.session.exec(select(Escalation.key).where(Escalation.id == upload.escalation_id)).one()
    discard_upload(page.session, upload_id)
    uploads.remove(uploads_folder(page.settings), upload_id)
    return page.go(recording_url(key, "new"), "The unfinished upload is discarded")


def _begin(here: OpenHere, asked: Creation, folder: Path) -> Upload:
    name = asked.metadata.get("filename", "")
    replaces = asked.metadata.get("replaces")
    if replaces:
        recording = find_recording(here.session, here.escalation, replaces)
        return begin_upload(here.session, here.escalation, folder, name, asked.length, None, recording)
    details = details_from(here.session, here.escalation, asked.metadata)
    return begin_upload(here.session, here.escalation, folder, name, asked.length, details)


async def _settle(short: ShortSessions, upload: Upload) -> int:
    """How far the upload is; a whole one becomes its recording, now or after the crash that kept it from it."""
    if upload.state is UploadState.finished:
        return upload.size
    folder, store = uploads_folder(short.settings), storage_of(short.settings)
    if not await _lies_in_storage(short, upload):
        stored = await run_in_threadpool(uploads.stored_bytes, folder, upload.id)
        if stored < upload.size:
            return stored
    media = await run_in_threadpool(take_in, store, folder, upload.id)
    await short.writing(lambda session: finish_upload(session, upload.id, media))
    return upload.size


async def _lies_in_storage(short: ShortSessions, upload: Upload) -> bool:
    return await run_in_threadpool(storage_of(short.settings).exists, media_key(upload.id))


async def _refuse(short: ShortSessions, upload: Upload, sentence: str) -> None:
    await short.writing(lambda session: refuse_upload(session, upload.id, sentence))
    await run_in_threadpool(uploads.remove, uploads_folder(short.settings), upload.id)


def _place(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": upload.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT")}


def _answer(status: int, **headers: str) -> Response:
    return Response(status_code=status, headers={"Tus-Resumable": VERSION, "Cache-Control": "no-store", **headers})


def _mistake(mistake: NotTus) -> Response:
    extra = {"Tus-Version": VERSION} if mistake.status == 412 else {}
    return JSONResponse({"error": mistake.sentence}, mistake.status, headers={"Tus-Resumable": VERSION, **extra})


def _said(status: int, sentence: str, field: str = "", offset: int | None = None) -> Response:
    headers = {"Tus-Resumable": VERSION} | ({} if offset is None else {"Upload-Offset": str(offset)})
    return JSONResponse({"error": sentence, "field": field}, status, headers=headers)
