"""Resumable uploads by tus 1.0: begun inside an escalation, then spoken to at an address of their own."""

from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from sqlmodel import select

from app.access.bearing import Bearer
from app.access.doors import CurrentPage, StaffPages, requires
from app.access.permissions import Verb, may
from app.escalations.doors import CurrentHere, OpenHere
from app.escalations.models import Escalation
from app.foundation import storage, uploads
from app.foundation.clock import now
from app.foundation.handing_out import in_storage
from app.foundation.refusals import NotFound, Refused, StorageFull
from app.recordings.arrival.arriving import finish_upload, look_at_beginning, take_in
from app.recordings.arrival.details import details_from
from app.recordings.arrival.holding import note_parts, note_stored
from app.recordings.arrival.parcels import parcel_of
from app.recordings.arrival.resumable.doors import CurrentShort, ShortSessions, held
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
    ask_to_remove_upload,
    begin_upload,
    discard_upload,
    find_open_upload,
    find_upload,
    is_going_on,
    keep_longer,
    refuse_upload,
)
from app.recordings.finding import find_recording
from app.recordings.models import Upload, UploadState
from app.recordings.naming import recording_url
from app.recordings.storing import media_key, storage_of
from app.speech.sniffing import HEAD_BYTES, UnusableMedia

staff = StaffPages()
MAY_UPLOAD = [requires(Verb.upload_recording)]


@staff.options("/escalations/{key}/uploads", dependencies=MAY_UPLOAD)
def show_abilities(here: CurrentHere) -> Response:
    return _answer(204, **{"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(MOST_BYTES)})


@staff.post("/escalations/{key}/uploads", dependencies=MAY_UPLOAD)
def create_upload(here: OpenHere, request: Request) -> Response:
    try:
        asked = read_creation(request.headers)
        upload = _begin(here, asked)
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
        offset = await (_settle(short, upload) if await _may_finish(short, upload) else _offset_of(short, upload))
    except UnusableMedia as refusal:
        await _refuse(short, upload, refusal.sentence)
        return _said(422, refusal.sentence, "files")
    except uploads.UploadBusy:
        return _said(423, "Another request is just finishing this upload.")
    except uploads.WrongOffset as elsewhere:
        offset = elsewhere.actual
    except uploads.UploadMissing:
        raise NotFound from None
    except storage.StorageAway as trouble:
        return _away(trouble)
    return _answer(200, **_place(upload), **{"Upload-Offset": str(offset), "Upload-Length": str(upload.size)})


@staff.patch("/uploads/{upload_id}", dependencies=MAY_UPLOAD)
async def update_upload(upload_id: str, request: Request, short: CurrentShort) -> Response:
    try:
        offset = read_offset(request.headers)
        upload = await short.reading(lambda session: find_open_upload(session, upload_id))
        if upload.state is UploadState.open and not await _lies_in_storage(short, upload):
            head = bytearray()
            upload = await _add(short, upload, offset, _remembering(short.incoming(), head))
            if offset == 0:
                look_at_beginning(bytes(head))
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
    except storage.StorageAway as trouble:
        return _away(trouble)
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
    return _answer(204)


@staff.post("/uploads/{upload_id}/removal", dependencies=MAY_UPLOAD)
def delete_upload_by_form(upload_id: str, page: CurrentPage) -> Response:
    """The same for a browser that speaks no tus."""
    upload = find_upload(page.session, upload_id)
    key = page.session.exec(select(Escalation.key).where(Escalation.id == upload.escalation_id)).one()
    discard_upload(page.session, upload_id)
    return page.go(recording_url(key, "new"), "The unfinished upload is discarded")


def _begin(here: OpenHere, asked: Creation) -> Upload:
    settings = here.page.settings
    name = asked.metadata.get("filename", "")
    replaces = asked.metadata.get("replaces")
    if replaces:
        recording = find_recording(here.session, here.escalation, replaces)
        return begin_upload(here.session, here.escalation, settings, name, asked.length, None, recording)
    details = details_from(here.session, here.escalation, asked.metadata)
    return begin_upload(here.session, here.escalation, settings, name, asked.length, details)


async def _add(short: ShortSessions, upload: Upload, offset: int, stream: AsyncIterator[bytes]) -> Upload:
    parcel = parcel_of(short.settings, upload)
    if not parcel.is_shared:
        await parcel.append(offset, stream)
        return upload
    async with held(short, upload.id):
        upload = await short.reading(lambda session: find_open_upload(session, upload.id))
        if not upload.multipart_id:
            upload.multipart_id = await in_storage(parcel_of(short.settings, upload).begin)
            await short.writing(lambda session: note_parts(session, upload.id, upload.multipart_id))
        stored = await parcel_of(short.settings, upload).append(offset, stream)
        await short.writing(lambda session: note_stored(session, upload.id, stored))
    return upload


async def _may_finish(short: ShortSessions, upload: Upload) -> bool:
    """Asking how far it is makes the recording only for those who could have sent its last piece."""
    bearer: Bearer | None = short.request.state.bearer
    if not may(short.viewer, Verb.upload_recording) or (bearer is not None and not bearer.may_write):
        return False
    return await short.reading(lambda session: is_going_on(session, upload))


async def _offset_of(short: ShortSessions, upload: Upload) -> int:
    if upload.state is UploadState.finished or await _lies_in_storage(short, upload):
        return upload.size
    return await in_storage(parcel_of(short.settings, upload).stored)


async def _settle(short: ShortSessions, upload: Upload) -> int:
    """How far the upload is; a whole one becomes its recording, now or after the crash that kept it from it."""
    stored = await _offset_of(short, upload)
    if upload.state is UploadState.finished or stored < upload.size:
        return stored
    parcel, store = parcel_of(short.settings, upload), storage_of(short.settings)
    media = await in_storage(take_in, store, parcel, upload.id)
    try:
        await short.writing(lambda session: finish_upload(session, upload.id, media))
    except NotFound:
        # Discarded while its bytes were made whole. Asked for again, since the first removal may have come too early.
        await short.writing(lambda session: ask_to_remove_upload(session, upload))
        raise
    return upload.size


async def _lies_in_storage(short: ShortSessions, upload: Upload) -> bool:
    return await in_storage(storage_of(short.settings).exists, media_key(upload.id))


async def _refuse(short: ShortSessions, upload: Upload, sentence: str) -> None:
    await short.writing(lambda session: refuse_upload(session, upload.id, sentence))


async def _remembering(stream: AsyncIterator[bytes], head: bytearray) -> AsyncIterator[bytes]:
    """The same stream, whose beginning is kept to be looked at."""
    async for piece in stream:
        head += piece[: max(0, HEAD_BYTES - len(head))]
        yield piece


def _place(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": upload.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT")}


def _answer(status: int, **headers: str) -> Response:
    return Response(status_code=status, headers={"Tus-Resumable": VERSION, "Cache-Control": "no-store", **headers})


def _away(trouble: storage.StorageAway) -> Response:
    """Said beside the file; the page goes on by itself, from what the storage has."""
    answer = _said(503, f"{trouble.sentence} What has arrived is kept, and the upload goes on from there.", "files")
    answer.headers["Retry-After"] = "5"
    return answer


def _mistake(mistake: NotTus) -> Response:
    extra = {"Tus-Version": VERSION} if mistake.status == 412 else {}
    return JSONResponse({"error": mistake.sentence}, mistake.status, headers={"Tus-Resumable": VERSION, **extra})


def _said(status: int, sentence: str, field: str = "", offset: int | None = None) -> Response:
    headers = {"Tus-Resumable": VERSION} | ({} if offset is None else {"Upload-Offset": str(offset)})
    return JSONResponse({"error": sentence, "field": field}, status, headers=headers)
