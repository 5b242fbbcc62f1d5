"""Opening a meeting to the customer, with the items that may be read there, and taking it back."""

from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.action_items.models import ActionItem
from app.concerns.models import Concern
from app.escalations.models import Escalation
from app.foundation.refusals import Refused
from app.meetings.agenda.finding import items_of
from app.meetings.agenda.placing import give_shared_text
from app.meetings.facts import AgendaItemShared, AgendaItemWithdrawn, MeetingShared, MeetingWithdrawn
from app.meetings.inviting import introduce_invited, send_invitations
from app.meetings.models import (
    ITEM_TITLE,
    AgendaItem,
    Decision,
    Invitation,
    Meeting,
    Note,
    NoteVersion,
    Origin,
    TextFor,
)
from app.meetings.titles import origins_of
from app.timeline.describing import Described
from app.timeline.models import TimelineEntry
from app.timeline.recording import record

ORIGINS: dict[Origin, Any] = {
    Origin.concern: Concern,
    Origin.action_item: ActionItem,
    Origin.agenda_item: AgendaItem,
}
INTERNAL_ORIGIN = "This comes from something internal. Share that first, or add an item in words for the customer."


def can_be_shared(session: ViewerSession, items: list[AgendaItem]) -> set[str]:
    """Those whose words the customer may read by themselves: what they were composed of is shared today."""
    open_origins: set[str] = set()
    for kind, table in ORIGINS.items():
        ids = {item.origin_id for item in items if item.origin_kind is kind}
        if ids:
            open_origins |= set(
                session.exec(select(table.id).where(table.id.in_(ids), table.audience == Audience.shared))
            )
    return {item.id for item in items if item.origin_id in open_origins}


def shared_by_default(session: ViewerSession, items: list[AgendaItem]) -> set[str]:
    """Of these, the ones that still say what their origin says: words changed since are for somebody to look at."""
    open_ids, known = can_be_shared(session, items), origins_of(session, items)
    return {item.id for item in items if item.id in open_ids and (item.id not in known or _says(item, known[item.id]))}


def share_meeting(session: ViewerSession, escalation: Escalation, meeting: Meeting, item_ids: set[str]) -> None:
    """With the items chosen, if they may be read at all; the others stay internal."""
    items = items_of(session, meeting)
    open_ids = can_be_shared(session, items)
    chosen = [item for item in items if item.id in item_ids]
    if any(item.origin_id and item.id not in open_ids for item in chosen):
        raise Refused(INTERNAL_ORIGIN, "items")
    if not meeting.is_shared:
        meeting.audience = Audience.shared
        session.add(meeting)
        for row in session.exec(select(Invitation).where(Invitation.meeting_id == meeting.id)):
            row.audience = Audience.shared
            session.add(row)
        introduce_invited(session, escalation, meeting)
        _show_what_was_told(session, [meeting.id], Audience.shared)
        record(session, escalation.id, MeetingShared(), meeting, Audience.shared)
    for item in chosen:
        share_item(session, meeting, item)
    send_invitations(session, meeting)


def withdraw_meeting(session: ViewerSession, meeting: Meeting) -> int:
    """From now on guests see nothing of it. What was written for both sides is kept and comes back with it. Answers how
    many copies of its items on later agendas went with it."""
    if not meeting.is_shared:
        return 0
    items = session.exec(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id)).all()
    copies = sum(_withdraw_copies(session, item) for item in items if item.is_shared)
    for item in items:
        _close(session, item)
    meeting.shared_sequence += 1  # should it be shared again, with whatever changed by then
    meeting.audience = Audience.internal
    session.add(meeting)
    for table in (Invitation, Decision):
        for row in session.exec(select(table).where(table.meeting_id == meeting.id)):
            row.audience = Audience.internal
            session.add(row)
            if isinstance(row, Decision):
                _show_what_was_told(session, [row.id], Audience.internal)
    _show_what_was_told(session, [meeting.id], Audience.internal)
    record(session, meeting.escalation_id, MeetingWithdrawn(), meeting, Audience.internal, refreshes_guests=True)
    return copies


def share_item(session: ViewerSession, meeting: Meeting, item: AgendaItem) -> None:
    if item.is_shared:
        return
    if not meeting.is_shared:
        raise Refused("Share the meeting first.")
    if item.origin_id and item.id not in can_be_shared(session, [item]):
        raise Refused(INTERNAL_ORIGIN)
    item.audience = Audience.shared
    session.add(item)
    give_shared_text(session, item)
    _open_texts(session, item, Audience.shared)
    record(session, item.escalation_id, AgendaItemShared(), item, Audience.shared)


def withdraw_item(session: ViewerSession, item: AgendaItem) -> int:
    """Answers how many copies of it on later agendas went with it: they say the same words."""
    if not item.is_shared:
        return 0
    _close(session, item)
    for decision in session.exec(select(Decision).where(Decision.agenda_item_id == item.id)):
        decision.audience = Audience.internal
        session.add(decision)
        _show_what_was_told(session, [decision.id], Audience.internal)
    record(session, item.escalation_id, AgendaItemWithdrawn(), item, Audience.internal, refreshes_guests=True)
    return _withdraw_copies(session, item)


def copies_said(copies: int) -> str:
    """For the sentence that tells of a withdrawal."""
    return ", nor what was carried on from it" if copies else ""


def _withdraw_copies(session: ViewerSession, item: AgendaItem) -> int:
    carried = select(AgendaItem).where(
        AgendaItem.origin_kind == Origin.agenda_item,
        AgendaItem.origin_id == item.id,
        AgendaItem.audience == Audience.shared,
    )
    return sum(1 + withdraw_item(session, copy) for copy in session.exec(carried).all())


def _says(item: AgendaItem, origin: Described) -> bool:
    return item.title == origin.title[:ITEM_TITLE]


def _close(session: ViewerSession, item: AgendaItem) -> None:
    item.audience = Audience.internal
    session.add(item)
    _open_texts(session, item, Audience.internal)


def _open_texts(session: ViewerSession, item: AgendaItem, audience: Audience) -> None:
    """The text for both sides with its history; never the one of our side."""
    session.flush()
    notes = select(Note).where(Note.agenda_item_id == item.id, Note.text_for == TextFor.both_sides)
    ids = [item.id]
    for note in session.exec(notes):
        note.audience = audience
        session.add(note)
        ids.append(note.id)
        session.execute(
            update(NoteVersion)
            .where(col(NoteVersion.note_id) == note.id)
            .values(audience=audience)
            .execution_options(synchronize_session=False)
        )
    _show_what_was_told(session, ids, audience)


def _show_what_was_told(session: ViewerSession, subject_ids: list[str], audience: Audience) -> None:
    """Entries that guests once saw keep their shared number, by which they are found again."""
    session.flush()
    session.execute(
        update(TimelineEntry)
        .where(col(TimelineEntry.subject_id).in_(subject_ids), col(TimelineEntry.shared_number).is_not(None))
        .where(col(TimelineEntry.kind).not_in([MeetingWithdrawn.kind, AgendaItemWithdrawn.kind]))  # never for guests
        .values(audience=audience)
        .execution_options(synchronize_session=False)
    )
