"""Recordings and every line of what was said in them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import col

from app.access.session import ViewerSession
from app.recordings.models import Recording, TranscriptLine
from app.search.documents import Document, Group, indexed


@indexed("recording", group=Group.recordings, icon="recording", label="Recording")
def recordings(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    columns: tuple[Any, ...] = (Recording.id, Recording.escalation_id, Recording.audience, Recording.reader_group_id)
    query = select(*columns, col(Recording.title), col(Recording.recorded_at))
    if ids is not None:
        query = query.where(col(Recording.id).in_(ids))
    for recording_id, escalation_id, audience, group_id, title, recorded_at in session.execute(query):
        yield Document(
            kind="recording",
            id=recording_id,
            escalation_id=escalation_id,
            audience=audience,
            reader_group_id=group_id,
            title=title,
            body="",
            happened_at=recorded_at,
        )


@indexed(
    "transcript_line",
    group=Group.recordings,
    icon="play",
    label="Said in a recording",
    parents=("recording",),
    named_by="recording",
)
def lines(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    columns: tuple[Any, ...] = (
        TranscriptLine.id,
        TranscriptLine.recording_id,
        TranscriptLine.escalation_id,
        TranscriptLine.audience,
        TranscriptLine.reader_group_id,
        TranscriptLine.text,
        TranscriptLine.start,
        Recording.recorded_at,
    )
    query = (
        select(*columns)
        .join(Recording, col(Recording.id) == TranscriptLine.recording_id)
        .where(col(TranscriptLine.is_missing).is_(False))
    )
    if ids is not None:
        query = query.where(or_(col(TranscriptLine.id).in_(ids), col(TranscriptLine.recording_id).in_(ids)))
    rows = session.execute(query.execution_options(yield_per=1000))
    for line_id, recording_id, escalation_id, audience, group_id, text, start, recorded_at in rows:
        yield Document(
            kind="transcript_line",
            id=line_id,
            escalation_id=escalation_id,
            audience=audience,
            reader_group_id=group_id,
            body=text,
            happened_at=recorded_at + timedelta(seconds=start),
            parents=(recording_id,),
            second=start,
        )
