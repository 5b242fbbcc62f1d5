"""Files that belong to what people write: kept first, attached when the words are posted, removed with them."""

import hashlib
import re
import tempfile
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from sqlalchemy import bindparam
from sqlmodel import SQLModel, col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.foundation.beginnings import stored_with
from app.foundation.ids import new_id
from app.foundation.jobs import enqueue
from app.foundation.refusals import Refused
from app.foundation.storage import BlobStore, StorageAway, StorageFull, full_disk_said, make_folder
from app.writing.jobs import REMOVE_FILES
from app.writing.models import INLINE, Attachment, DraftFile, StoredFile

LARGEST = 50_000_000  # bytes
MOST_FILES = 20  # with one text
KEPT_FOR = timedelta(days=7)  # files whose words were never posted
PIECE = 1024 * 1024
NO_ROOM = "The server has no room for this file. Send the words without it and tell an administrator."
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def keep_file(
    session: ViewerSession, storage: BlobStore, folder: Path, escalation_id: str, name: str, content: BinaryIO
) -> DraftFile:
    """Stores the bytes now and says to whom they belong; they are the sender's alone until attached to something.
    `folder` is where they are gathered before they go into the storage."""
    file_id = new_id()
    key = f"attachments/{escalation_id}/{file_id}"
    name = safe_name(name)
    size = content.seek(0, 2)
    content.seek(0)
    if size > LARGEST:
        raise Refused(f"{name} is larger than 50 MB and was left out. Send a smaller file.", "files")
    head, digest = content.read(16), hashlib.sha256()
    content.seek(0)
    try:
        if not storage.room_for(size):
            raise Refused(NO_ROOM, "files")
        with full_disk_said():
            make_folder(folder, below=folder)
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as gathered:
                while piece := content.read(PIECE):
                    digest.update(piece)
                    gathered.write(piece)
        with stored_with(session, storage, folder, key):
            storage.put_file(Path(gathered.name), key)
    except StorageFull:
        raise Refused(NO_ROOM, "files") from None
    except StorageAway as trouble:
        Path(gathered.name).unlink(missing_ok=True)
        raise Refused(f"{trouble.sentence} Your words are here; send the file again with them.", "files") from None
    assert session.viewer.person_id
    kept = DraftFile(
        id=file_id,
        escalation_id=escalation_id,
        person_id=session.viewer.person_id,
        name=name,
        size=size,
        kind=kind_of(head),
        sha256=digest.hexdigest(),
        storage_key=key,
    )
    session.add(kept)
    session.flush()
    return kept


def kept_files(session: ViewerSession, escalation_id: str, ids: Iterable[str]) -> list[DraftFile]:
    """One's own files that wait for their words."""
    wanted = list(ids)
    if not wanted:
        return []
    query = select(DraftFile).where(col(DraftFile.id).in_(wanted), DraftFile.escalation_id == escalation_id)
    return list(session.exec(query.order_by(col(DraftFile.added_at), DraftFile.id)))


def attach(session: ViewerSession, files: Iterable[DraftFile], row: SQLModel, audience: Audience) -> None:
    for file in files:
        session.add(
            Attachment(
                **_facts_of(file),
                owner_kind=str(row.__tablename__),
                owner_id=row.id,  # type: ignore[attr-defined]
                added_by_id=file.person_id,
                audience=audience,
            )
        )
        session.delete(file)


def hand_over(session: ViewerSession, before: SQLModel, after: SQLModel, audience: Audience) -> None:
    """What was attached to one row belongs to another from now on, and has its audience."""
    for file in attached_to(session, before):
        file.owner_kind, file.owner_id = str(after.__tablename__), after.id  # type: ignore[attr-defined]
        file.audience = audience
        session.add(file)


def take_back_files(session: ViewerSession, row: SQLModel) -> list[DraftFile]:
    """The files wait for new words again."""
    kept = []
    for file in attached_to(session, row):
        assert file.added_by_id
        kept.append(DraftFile(**_facts_of(file), person_id=file.added_by_id))
        session.delete(file)
    session.add_all(kept)
    return kept


def hide_files(session: ViewerSession, row: SQLModel, until: datetime) -> None:
    """They are nowhere from now on, and their bytes are kept until then."""
    for file in attached_to(session, row):
        file.removed_at = until
        session.add(file)


def show_files_again(session: ViewerSession, row: SQLModel, until: datetime) -> None:
    query = select(Attachment).where(
        Attachment.owner_kind == str(row.__tablename__),
        Attachment.owner_id == row.id,  # type: ignore[attr-defined]
        Attachment.removed_at == until,
    )
    for file in session.exec(query):
        file.removed_at = None
        session.add(file)


def attached_to(session: ViewerSession, row: SQLModel) -> list[Attachment]:
    return files_of(session, [row.id], str(row.__tablename__)).get(row.id, [])  # type: ignore[attr-defined]


def files_of(session: ViewerSession, owner_ids: Iterable[str], owner_kind: str) -> dict[str, list[Attachment]]:
    """The files of many rows of one kind, in one statement."""
    wanted = list(owner_ids)
    found: dict[str, list[Attachment]] = {}
    if wanted:
        for file in session.exec(_files(), params={"owner_ids": wanted, "owner_kind": owner_kind}):
            found.setdefault(file.owner_id, []).append(file)
    return found


@cache
def _files() -> Any:
    query = select(Attachment).where(
        col(Attachment.owner_id).in_(bindparam("owner_ids", expanding=True)),
        Attachment.owner_kind == bindparam("owner_kind"),
        col(Attachment.removed_at).is_(None),
    )
    return query.order_by(col(Attachment.added_at), Attachment.id)


def sweep_files(session: ViewerSession, at: datetime) -> int:
    """Deleted attachments and files whose words never came. Their bytes are removed by a job, because they may go only
    after this is committed, and nobody who waits to write should wait for the storage."""
    deleted = select(Attachment).where(col(Attachment.removed_at) <= at)
    forgotten = select(DraftFile).where(col(DraftFile.added_at) < at - KEPT_FOR)
    gone: list[Attachment | DraftFile] = [
        *session.exec(deleted.limit(100).with_for_update(skip_locked=True)),
        *session.exec(forgotten.limit(100).with_for_update(skip_locked=True)),
    ]
    for file in gone:
        session.delete(file)
    if gone:
        enqueue(session, REMOVE_FILES, *(file.storage_key for file in gone))
    return len(gone)


def kind_of(head: bytes) -> str:
    """The four kinds of picture that are shown, by their first bytes; everything else is only handed out."""
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else "application/octet-stream"


def safe_name(name: str) -> str:
    """The last part of the path, without control and direction characters, at most 150 characters with its ending."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    stem, dot, ending = shown.rpartition(".")
    if dot and stem and len(ending) <= 10:
        return f"{stem[: 150 - len(ending)]}.{ending}"
    return shown[:150] or "file"


def headers_for(file: StoredFile) -> dict[str, str]:
    """A picture is shown, everything else is saved; whatever it is, it runs nothing and stays out of caches."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", file.name)
    way = "inline" if file.kind in INLINE else "attachment"
    return {
        "content-disposition": f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
        "content-length": str(file.size),
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
    }


def _facts_of(file: Attachment | DraftFile) -> dict[str, Any]:
    return {
        "id": file.id,
        "escalation_id": file.escalation_id,
        "name": file.name,
        "size": file.size,
        "kind": file.kind,
        "sha256": file.sha256,
        "storage_key": file.storage_key,
    }
