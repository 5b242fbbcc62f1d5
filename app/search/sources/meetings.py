"""Meetings, their agenda, what was noted and what was decided."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.action_items.models import ActionItem
from app.concerns.models import Concern
from app.meetings.models import AgendaItem, Decision, Meeting, Note
from app.meetings.titles import COPIED
from app.search.documents import Chosen, Document, Group, Which, indexed


@cache
def _meetings(which: Which) -> Any:
    query = select(Meeting)
    return which.of(query, col(Meeting.id))


@indexed("meeting", group=Group.meetings, icon="meet", label="Meeting")
def meetings(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for (row,) in chosen.read(session, _meetings):
        yield Document(
            kind="meeting",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            title=row.title,
            body=row.place,
            happened_at=row.starts_at,
        )


@cache
def _agenda_items(which: Which) -> Any:
    query = (
        select(AgendaItem, Meeting.starts_at, Concern.audience, ActionItem.audience)
        .join(Meeting, col(Meeting.id) == AgendaItem.meeting_id)
        .outerjoin(Concern, col(Concern.id) == AgendaItem.origin_id)
        .outerjoin(ActionItem, (col(ActionItem.id) == AgendaItem.origin_id) & col(ActionItem.removed_at).is_(None))
        .where(col(AgendaItem.removed_at).is_(None))
    )
    return which.of(query, col(AgendaItem.id), col(AgendaItem.origin_id), col(AgendaItem.meeting_id))


@indexed(
    "agenda_item",
    group=Group.meetings,
    icon="list",
    label="Agenda item",
    parents=("meeting", "concern", "action_item"),
)
def agenda_items(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    """An item composed of something that is not shared any more shows guests no title, so they do not find it by one."""
    for row, starts_at, of_concern, of_action in chosen.read(session, _agenda_items):
        is_named = row.origin_kind not in COPIED or Audience.shared in (of_concern, of_action)
        yield Document(
            kind="agenda_item",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience if is_named else Audience.internal,
            title=row.title,
            body="",
            happened_at=starts_at,
            parents=(row.meeting_id, *filter(None, [row.origin_id])),
        )


@cache
def _notes(which: Which) -> Any:
    query = (
        select(Note, Meeting.starts_at)
        .join(Meeting, col(Meeting.id) == Note.meeting_id)
        .join(AgendaItem, col(AgendaItem.id) == Note.agenda_item_id)
        .where(Note.text != "", col(AgendaItem.removed_at).is_(None))
    )
    return which.of(query, col(Note.id), col(Note.agenda_item_id), col(Note.meeting_id))


@indexed("note", group=Group.meetings, icon="edit", label="Notes", parents=("agenda_item", "meeting"))
def notes(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for row, starts_at in chosen.read(session, _notes):
        yield Document(
            kind="note",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            body=row.text,
            happened_at=row.changed_at or starts_at,
            parents=(row.agenda_item_id, row.meeting_id),
        )


@cache
def _decisions(which: Which) -> Any:
    query = select(Decision).where(col(Decision.removed_at).is_(None))
    return which.of(query, col(Decision.id), col(Decision.agenda_item_id), col(Decision.meeting_id))


@indexed(
    "decision",
    group=Group.meetings,
    icon="decision",
    label="Decision",
    parents=("meeting", "agenda_item"),
    named_by="meeting",
)
def decisions(session: ViewerSession, chosen: Chosen) -> Iterator[Document]:
    for (row,) in chosen.read(session, _decisions):
        yield Document(
            kind="decision",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            body=row.text,
            happened_at=row.decided_at,
            parents=(row.meeting_id, *filter(None, [row.agenda_item_id])),
        )
