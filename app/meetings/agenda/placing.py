"""Where items stand: put on the agenda with their texts, moved before another one."""

from datetime import timedelta

from sqlmodel import func, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.foundation.refusals import NotFound, Refused
from app.meetings.agenda.finding import items_of
from app.meetings.facts import AgendaReordered
from app.meetings.models import AgendaItem, Meeting, Note, TextFor
from app.timeline.recording import record_gathered

CHANGED = "The agenda changed while you were moving this. Here it is as it stands now; move it once more."


def put_on_agenda(session: ViewerSession, item: AgendaItem) -> AgendaItem:
    """At the end, with a text for our side, and one for both when the item is shared."""
    with session.seeing_everything():
        last = session.exec(select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == item.meeting_id)).one()
    item.position = (last or 0) + 1
    session.add(item)
    session.flush()
    session.add(_text(item, TextFor.our_side))
    if item.is_shared:
        session.add(_text(item, TextFor.both_sides))
    session.flush()
    return item


def give_shared_text(session: ViewerSession, item: AgendaItem) -> None:
    """An item that becomes shared gets its second text, or the one back that it had."""
    found = session.exec(
        select(Note).where(Note.agenda_item_id == item.id, Note.text_for == TextFor.both_sides)
    ).first()
    if found is None:
        session.add(_text(item, TextFor.both_sides))


def move(session: ViewerSession, meeting: Meeting, moved_id: str, before_id: str) -> None:
    """Before another item, or to the end when `before_id` is empty."""
    session.exec(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update(key_share=True)).one()
    items = items_of(session, meeting)
    moved = next((item for item in items if item.id == moved_id), None)
    if moved is None:
        raise NotFound
    if moved_id == before_id:
        return
    others = [item for item in items if item is not moved]
    index = next((n for n, item in enumerate(others) if item.id == before_id), None) if before_id else len(others)
    if index is None:
        raise Refused(CHANGED, "moved")
    after = [*others[:index], moved, *others[index:]]
    for position, item in enumerate(after, start=1):
        item.position = position
        session.add(item)
    # Past items of ours alone, the customer sees nothing move: being told of it would tell them that those are there.
    audience = Audience.internal if _read_there(items) == _read_there(after) else Audience.shared
    record_gathered(session, meeting.escalation_id, AgendaReordered(), meeting, audience, timedelta(minutes=5))


def neighbours(items: list[AgendaItem]) -> dict[str, tuple[str | None, str | None]]:
    """For each item what it would stand before after a move up and a move down; none where it cannot go."""
    ids = [item.id for item in items]
    last = len(ids) - 1
    return {
        item_id: (
            ids[n - 1] if n else None,
            None if n == last else ids[n + 2] if n + 2 <= last else "",
        )
        for n, item_id in enumerate(ids)
    }


def _read_there(items: list[AgendaItem]) -> list[str]:
    return [item.id for item in items if item.is_shared]


def _text(item: AgendaItem, text_for: TextFor) -> Note:
    return Note(
        escalation_id=item.escalation_id,
        meeting_id=item.meeting_id,
        agenda_item_id=item.id,
        text_for=text_for,
        audience=Audience.shared if text_for is TextFor.both_sides else Audience.internal,
    )
