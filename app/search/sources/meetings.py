"""Meetings, their agenda, what was noted and what was decided."""

from collections.abc import Iterator

from sqlmodel import col, or_, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.action_items.models import ActionItem
from app.concerns.models import Concern
from app.meetings.models import AgendaItem, Decision, Meeting, Note
from app.meetings.titles import COPIED
from app.search.documents import Document, Group, indexed


@indexed("meeting", group=Group.meetings, icon="meet", label="Meeting")
def meetings(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    query = select(Meeting)
    if ids is not None:
        query = query.where(col(Meeting.id).in_(ids))
    for row in session.exec(query):
        yield Document(
            kind="meeting",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            title=row.title,
            body=row.place,
            happened_at=row.starts_at,
        )


@indexed(
    "agenda_item",
    group=Group.meetings,
    icon="list",
    label="Agenda item",
    parents=("meeting", "concern", "action_item"),
)
def agenda_items(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    """An item composed of something that is not shared any more shows guests no title, so they do not find it by one."""
    query = (
        select(AgendaItem, Meeting.starts_at, Concern.audience, ActionItem.audience)
        .join(Meeting, col(Meeting.id) == AgendaItem.meeting_id)
        .outerjoin(Concern, col(Concern.id) == AgendaItem.origin_id)
        .outerjoin(ActionItem, (col(ActionItem.id) == AgendaItem.origin_id) & col(ActionItem.removed_at).is_(None))
        .where(col(AgendaItem.removed_at).is_(None))
    )
    if ids is not None:
        own, origin = col(AgendaItem.id), col(AgendaItem.origin_id)
        query = query.where(or_(own.in_(ids), col(AgendaItem.meeting_id).in_(ids), origin.in_(ids)))
    for row, starts_at, of_concern, of_action in session.exec(query):
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


@indexed("note", group=Group.meetings, icon="edit", label="Notes", parents=("agenda_item", "meeting"))
def notes(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    query = (
        select(Note, Meeting.starts_at)
        .join(Meeting, col(Meeting.id) == Note.meeting_id)
        .join(AgendaItem, col(AgendaItem.id) == Note.agenda_item_id)
        .where(Note.text != "", col(AgendaItem.removed_at).is_(None))
    )
    if ids is not None:
        own, item = col(Note.id), col(Note.agenda_item_id)
        query = query.where(or_(own.in_(ids), item.in_(ids), col(Note.meeting_id).in_(ids)))
    for row, starts_at in session.exec(query):
        yield Document(
            kind="note",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            body=row.text,
            happened_at=row.changed_at or starts_at,
            parents=(row.agenda_item_id, row.meeting_id),
        )


@indexed(
    "decision",
    group=Group.meetings,
    icon="decision",
    label="Decision",
    parents=("meeting", "agenda_item"),
    named_by="meeting",
)
def decisions(session: ViewerSession, ids: list[str] | None) -> Iterator[Document]:
    query = select(Decision).where(col(Decision.removed_at).is_(None))
    if ids is not None:
        own, item = col(Decision.id), col(Decision.agenda_item_id)
        query = query.where(or_(own.in_(ids), item.in_(ids), col(Decision.meeting_id).in_(ids)))
    for row in session.exec(query):
        yield Document(
            kind="decision",
            id=row.id,
            escalation_id=row.escalation_id,
            audience=row.audience,
            body=row.text,
            happened_at=row.decided_at,
            parents=(row.meeting_id, *filter(None, [row.agenda_item_id])),
        )
