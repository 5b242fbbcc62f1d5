"""A call from its invitation to its end: planned, shared, held, with notes and decisions on its items."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from app.access.participation import Audience
from app.demo.story.telling import Story
from app.meetings.agenda.deciding import record_decision
from app.meetings.agenda.finding import items_of
from app.meetings.agenda.writing import tick
from app.meetings.models import AgendaItem, Meeting, Note, TextFor
from app.meetings.notes.saving import save_note
from app.meetings.planning import Plan, plan_meeting
from app.meetings.running import end, start
from app.meetings.sharing import share_meeting, shared_by_default


@dataclass(frozen=True)
class Wanted:
    title: str
    starts_at: datetime
    minutes: int
    people: tuple[str, ...]
    is_shared: bool = True


def plan(story: Story, who: str, moment: datetime, wanted: Wanted) -> str:
    """The meeting's id. What may be read by the customer is shared with it."""
    with story.act(who, moment) as session:
        local = wanted.starts_at.astimezone(ZoneInfo(story.zone)).replace(tzinfo=None)
        people = {story.id_of(nick) for nick in wanted.people}
        asked = Plan(wanted.title, local, wanted.minutes, story.zone, place="Video call", people=people)
        meeting = plan_meeting(session, story.escalation, asked)
    if wanted.is_shared:
        with story.act(who, moment + timedelta(minutes=4)) as session:
            chosen = shared_by_default(session, items_of(session, meeting))
            share_meeting(session, story.escalation, meeting, chosen)
    return meeting.id


def hold_meeting(
    story: Story,
    meeting_id: str,
    began: datetime,
    *,
    minutes: int,
    notes: Mapping[str, str],
    decisions: Mapping[str, str],
    inside: Mapping[str, str],
) -> None:
    """`notes`, `decisions` and what is noted `inside` are named after the concerns they are about."""
    with story.act("daniel", began) as session:
        start(session, session.get_one(Meeting, meeting_id))
    items = _items(story, meeting_id)
    step = timedelta(minutes=minutes) / (len(items) + 1)
    for number, (name, item) in enumerate(items.items(), 1):
        at = began + step * number
        with story.act("priya", at):
            _note(story, item, TextFor.both_sides, notes.get(name, ""))
            _note(story, item, TextFor.our_side, inside.get(name, ""))
        with story.act("daniel", at + timedelta(minutes=1)) as session:
            if name in decisions:
                meeting = session.get_one(Meeting, meeting_id)
                record_decision(session, meeting, decisions[name], item=item, audience=Audience.shared)
            if item.is_shared:
                tick(session, item)
    with story.act("daniel", began + timedelta(minutes=minutes)) as session:
        end(session, story.escalation, session.get_one(Meeting, meeting_id))


def _items(story: Story, meeting_id: str) -> dict[str, AgendaItem]:
    """By the name of the concern they came from; what came from elsewhere keeps its id as a name."""
    names = {record_id: name for name, record_id in story.ids.items()}
    meeting = story.session.get_one(Meeting, meeting_id)
    return {names.get(item.origin_id or "", item.id): item for item in items_of(story.session, meeting)}


def _note(story: Story, item: AgendaItem, text_for: TextFor, text: str) -> None:
    if not text:
        return
    wanted = select(Note).where(Note.agenda_item_id == item.id, Note.text_for == text_for)
    save_note(story.session, story.session.exec(wanted).one(), text, 0)
