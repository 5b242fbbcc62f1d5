"""Recordings and every line of what was said in them."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.recordings.models import Recording, TranscriptLine
from app.recordings.naming import line_url
from app.search.documents import Chosen, Document, Group, Which, indexed
from app.timeline.describing import Described


@cache
def _recordings(which: Which) -> Any:
    columns: tuple[Any, ...] = (Recording.id, Recording.escalation_id, Recording.audience, Recording.reader_group_id)
    query = select(*columns, col(Recording.title), col(Recording.recorded_at))
    return which.of(query, col(Recording.id))


@indexed("recording", group=Group.recordings, icon="recording", label="Recording")
def recordings(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for recording_id, escalation_id, audience, group_id, title, recorded_at in chosen.rows(session, _recordings):
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


@cache
def _lines(which: Which) -> Any:
    columns: tuple[Any, ...] = (
        TranscriptLine.id,
        TranscriptLine.recording_id,
        TranscriptLine.escalation_id,
        TranscriptLine.audience,
        TranscriptLine.reader_group_id,
        TranscriptLine.text,
        TranscriptLine.start,
        Recording.recorded_at,
        Recording.title,
        Escalation.key,
    )
    query = (
        select(*columns)
        .select_from(TranscriptLine)
        .join(Recording, col(Recording.id) == TranscriptLine.recording_id)
        .join(Escalation, col(Escalation.id) == TranscriptLine.escalation_id)
        .where(col(TranscriptLine.is_missing).is_(False))
    )
    if which is Which.everything:
        query = query.execution_options(yield_per=1000)
    return which.of(query, col(TranscriptLine.id), col(TranscriptLine.recording_id))


@indexed(
    "transcript_line",
    group=Group.recordings,
    icon="play",
    label="Said in a recording",
    parents=("recording",),
    named_by="recording",
)
def lines(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for row in chosen.rows(session, _lines):
        line_id, recording_id, escalation_id, audience, group_id, text, start, recorded_at, title, key = row
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
            described=Described(title, line_url(key, recording_id, line_id, start)),
        )
