"""What meetings, items, notes and decisions are called and where they are, for timeline, inbox, mail and links."""

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.meetings.models import AgendaItem, Decision, Meeting, Note
from app.meetings.titles import NO_LONGER_SHARED, still_named
from app.timeline.describing import Described, describes

TITLE_OF_DECISION = 120


@describes("meeting")
def describe_meetings(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    rows = session.exec(
        select(Meeting.id, Meeting.title, Escalation.key)
        .join(Escalation, col(Escalation.id) == Meeting.escalation_id)
        .where(col(Meeting.id).in_(ids))
    )
    return {meeting_id: Described(title, meeting_url(key, meeting_id)) for meeting_id, title, key in rows}


@describes("agenda_item")
def describe_items(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    rows = session.exec(
        select(AgendaItem, Escalation.key)
        .join(Escalation, col(Escalation.id) == AgendaItem.escalation_id)
        .where(col(AgendaItem.id).in_(ids), col(AgendaItem.removed_at).is_(None))
    ).all()
    named = still_named(session, [item for item, _ in rows])
    return {
        item.id: Described(
            item.title if item.id in named else NO_LONGER_SHARED, item_url(key, item.meeting_id, item.id)
        )
        for item, key in rows
    }


@describes("note")
def describe_notes(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    rows = session.exec(select(Note.id, Note.agenda_item_id).where(col(Note.id).in_(ids))).all()
    items = describe_items(session, {item_id for _, item_id in rows})
    return {
        note_id: Described(f"Notes: {items[item_id].title}", items[item_id].url)
        for note_id, item_id in rows
        if item_id in items
    }


@describes("decision")
def describe_decisions(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    rows = session.exec(
        select(Decision, Escalation.key)
        .join(Escalation, col(Escalation.id) == Decision.escalation_id)
        .where(col(Decision.id).in_(ids), col(Decision.removed_at).is_(None))
    )
    return {row.id: Described(_short(row.text), meeting_url(key, row.meeting_id) + "#decisions") for row, key in rows}


def meeting_url(key: str, meeting_id: str) -> str:
    return f"/escalations/{key}/meetings/{meeting_id}"


def item_url(key: str, meeting_id: str, item_id: str) -> str:
    return f"{meeting_url(key, meeting_id)}#item-{item_id}"


def _short(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= TITLE_OF_DECISION else line[: TITLE_OF_DECISION - 1] + "…"
