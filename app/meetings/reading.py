"""A meeting as one viewer reads it: its agenda with texts and decisions, and what it led to. A fixed number of statements."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.action_items.listing import ActionRow, action_rows, by_due, read_rows
from app.action_items.models import ActionItem, ActionSource
from app.meetings.agenda.finding import items_of
from app.meetings.inviting import Invited, invited
from app.meetings.models import AgendaItem, Decision, Meeting, Note, TextFor
from app.meetings.sharing import can_be_shared
from app.meetings.titles import COPIED, NO_LONGER_SHARED, origins_of, still_named
from app.people.naming import names_of
from app.timeline.describing import Described


class Line(NamedTuple):
    """One item of the agenda with everything that belongs to it."""

    number: int
    item: AgendaItem
    title: str
    origin: Described | None
    carried: str
    shared_note: Note | None
    own_note: Note | None
    decisions: list[Decision]

    @property
    def notes(self) -> list[Note]:
        return [note for note in (self.shared_note, self.own_note) if note]


class Sheet(NamedTuple):
    """The whole meeting. An edition for the customer holds nothing but shared rows, whoever reads it."""

    meeting: Meeting
    lines: list[Line]
    decisions: list[Decision]
    actions: list[ActionRow]
    people: list[Invited]
    names: dict[str, str]

    @property
    def current(self) -> Line | None:
        return next((line for line in self.lines if not line.item.is_discussed), None)

    @property
    def planned_minutes(self) -> int:
        return sum(line.item.planned_minutes or 0 for line in self.lines)

    @property
    def minutes_over(self) -> int:
        """How much longer the items are planned than the meeting is."""
        return max(0, self.planned_minutes - self.meeting.minutes)

    def item_of(self, decision: Decision) -> Line | None:
        return next((line for line in self.lines if line.item.id == decision.agenda_item_id), None)


def read_meeting(session: ViewerSession, meeting: Meeting, *, shared_only: bool = False) -> Sheet:
    items = [item for item in items_of(session, meeting) if item.is_shared or not shared_only]
    notes = _notes(session, meeting, shared_only)
    decisions = _decisions(session, meeting, shared_only)
    known = origins_of(session, items)
    named = still_named(session, items, known)
    if shared_only:  # a colleague prints it, and would read what the customer may not
        open_today = can_be_shared(session, items)
        named = {item.id for item in items if item.origin_kind not in COPIED or item.id in open_today}
    carried = _carried(session, items, shared_only)
    lines = [
        Line(
            number=number,
            item=item,
            title=item.title if item.id in named else NO_LONGER_SHARED,
            origin=known.get(item.id),
            carried=carried.get(item.id, ""),
            shared_note=notes.get((item.id, TextFor.both_sides)),
            own_note=notes.get((item.id, TextFor.our_side)),
            decisions=[one for one in decisions if one.agenda_item_id == item.id],
        )
        for number, item in enumerate(items, start=1)
    ]
    authors = {note.changed_by_id for note in notes.values()} | {one.recorded_by_id for one in decisions}
    authors |= {item.added_by_id for item in items}
    return Sheet(
        meeting=meeting,
        lines=lines,
        decisions=decisions,
        actions=_actions(session, items, shared_only),
        people=invited(session, meeting, shared_only=shared_only),
        names=names_of(session, {author for author in authors if author}),
    )


def _notes(session: ViewerSession, meeting: Meeting, shared_only: bool) -> dict[tuple[str, TextFor], Note]:
    """A text that was withdrawn and is empty is not worth showing."""
    query = select(Note).where(Note.meeting_id == meeting.id)
    if shared_only:
        query = query.where(Note.audience == Audience.shared)
    found = [note for note in session.exec(query) if note.is_shared or not note.is_for_both_sides or note.text]
    return {(note.agenda_item_id, note.text_for): note for note in found}


def _decisions(session: ViewerSession, meeting: Meeting, shared_only: bool) -> list[Decision]:
    query = select(Decision).where(Decision.meeting_id == meeting.id, col(Decision.removed_at).is_(None))
    if shared_only:
        query = query.where(Decision.audience == Audience.shared)
    return list(session.exec(query.order_by(col(Decision.decided_at), col(Decision.id))))


def _actions(session: ViewerSession, items: list[AgendaItem], shared_only: bool) -> list[ActionRow]:
    """Written down from one of these items."""
    if not items:
        return []
    query = action_rows().join(ActionSource, col(ActionSource.action_id) == ActionItem.id)
    query = query.where(
        col(ActionSource.kind) == AgendaItem.__tablename__, col(ActionSource.source_id).in_([item.id for item in items])
    )
    if shared_only:
        query = query.where(col(ActionItem.audience) == Audience.shared)
    return read_rows(session, query.order_by(*by_due()))


def _carried(session: ViewerSession, items: list[AgendaItem], shared_only: bool) -> dict[str, str]:
    """ "Carried from 12 Nov, 3rd time". A guest is told of a meeting they were shown, and no count of others."""
    ids = {item.carried_from_id for item in items if item.carried_from_id}
    if not ids:
        return {}
    query = (
        select(AgendaItem.id, Meeting.starts_at)
        .join(Meeting, col(Meeting.id) == AgendaItem.meeting_id)
        .where(col(AgendaItem.id).in_(ids))
    )
    if shared_only:
        query = query.where(AgendaItem.audience == Audience.shared, Meeting.audience == Audience.shared)
    days: dict[str, datetime] = dict(session.exec(query).all())
    counted = not (session.viewer.is_guest or shared_only)
    return {
        item.id: f"Carried from {_day(days[item.carried_from_id], session.viewer.zone)}"
        + (f", {_ordinal(item.times_carried + 1)} time" if counted else "")
        for item in items
        if item.carried_from_id in days
    }


def _day(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b}"


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
