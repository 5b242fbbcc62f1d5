"""The acts on an agenda: items, their order, ticks, sharing one, and decisions. All of them come back to the meeting."""

from fastapi.responses import Response
from pydantic import Field

from app.access.doors import SharedPages, StaffPages, requires
from app.access.participation import Audience
from app.access.permissions import Verb
from app.escalations.doors import Here, OpenHere
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import NotFound, Refused
from app.meetings.agenda.composing import compose
from app.meetings.agenda.deciding import (
    find_decision,
    record_decision,
    remove_decision,
    restore_decision,
    share_decision,
)
from app.meetings.agenda.finding import find_item, items_of
from app.meetings.agenda.placing import move
from app.meetings.agenda.writing import add_item, edit_item, may_change_item, remove_item, restore_item, tick, untick
from app.meetings.doors import OpenMeeting, meeting_page
from app.meetings.facts import AgendaItemEdited
from app.meetings.models import ITEM_TITLE, WORDS, AgendaItem, Meeting
from app.meetings.sharing import copies_said, share_item, withdraw_item
from app.timeline.meanwhile import Standing, keep_both

AT = "/escalations/{key}/meetings/{meeting_id}"
staff = StaffPages(prefix=AT)
shared = SharedPages(prefix=AT)

ADDS = [requires(Verb.add_agenda_item)]
RUNS = [requires(Verb.run_agenda)]
SHARES = [requires(Verb.share_meeting)]
DECIDES = [requires(Verb.record_decision)]


class WriteItem(Form):
    title: str = Field(min_length=3, max_length=ITEM_TITLE)
    planned_minutes: int | None = Field(default=None, ge=1, le=240)
    audience: Audience = Audience.internal


class MoveItem(Form):
    moved: str = Field(min_length=1, max_length=16)
    before: str = Field(default="", max_length=16)


class WriteDecision(Form):
    text: str = Field(min_length=3, max_length=WORDS)
    item: str = Field(default="", max_length=16)
    audience: Audience = Audience.internal


@shared.post("/items", dependencies=ADDS)
def create_item(here: OpenHere, meeting: OpenMeeting, form: filled(WriteItem)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return meeting_page(here, meeting, item_form=form)
    given = form.value
    try:
        item = add_item(
            here.session, meeting, given.title, planned_minutes=given.planned_minutes, audience=given.audience
        )
    except Refused as refusal:
        here.session.rollback()
        return meeting_page(here, meeting, item_form=form.refused(refusal))
    return _back(here, meeting, item, "On the agenda.")


@shared.get("/items/{item_id}/edit")
def show_item_form(here: OpenHere, meeting: OpenMeeting, item_id: str) -> Response:
    return _item_page(here, meeting, _mine(here, meeting, item_id), None)


@shared.post("/items/{item_id}", dependencies=ADDS)
def update_item(here: OpenHere, meeting: OpenMeeting, item_id: str, form: filled(WriteItem)) -> Response:  # type: ignore[valid-type]
    item = _mine(here, meeting, item_id)
    form = keep_both(here.session, form, item, lambda: _stands(item))
    if not form.ok:
        return _item_page(here, meeting, item, form)
    edit_item(here.session, item, form.value.title, form.value.planned_minutes)
    return _back(here, meeting, item, "Saved.")


@shared.post("/items/{item_id}/removal", dependencies=ADDS)
def delete_item(here: OpenHere, meeting: OpenMeeting, item_id: str) -> Response:
    item = find_item(here.session, meeting, item_id)
    remove_item(here.session, item)
    undo = f"{here.url}/meetings/{meeting.id}/items/{item.id}/restoration"
    return here.go(f"/meetings/{meeting.id}#agenda", "Off the agenda.", undo)


@shared.post("/items/{item_id}/restoration", dependencies=ADDS)
def create_restoration(here: OpenHere, meeting: OpenMeeting, item_id: str) -> Response:
    item = find_item(here.session, meeting, item_id, removed=True)
    restore_item(here.session, item)
    return _back(here, meeting, item, "Back on the agenda.")


@staff.post("/items/{item_id}/tick", dependencies=RUNS)
def create_tick(here: OpenHere, meeting: OpenMeeting, item_id: str) -> Response:
    """On to the next item, as one does in a meeting."""
    item = find_item(here.session, meeting, item_id)
    tick(here.session, item)
    items = items_of(here.session, meeting)
    later = items[items.index(item) + 1 :]
    following = next((one for one in later if not one.is_discussed), None)
    undo = f"{here.url}/meetings/{meeting.id}/items/{item.id}/untick"
    return here.go(f"/meetings/{meeting.id}#{following.anchor if following else 'agenda'}", "Discussed.", undo)


@staff.post("/items/{item_id}/untick", dependencies=RUNS)
def delete_tick(here: OpenHere, meeting: OpenMeeting, item_id: str) -> Response:
    item = find_item(here.session, meeting, item_id)
    untick(here.session, item)
    return _back(here, meeting, item, "Open again.")


@staff.post("/items/{item_id}/sharing", dependencies=SHARES)
def create_item_sharing(here: OpenHere, meeting: OpenMeeting, item_id: str) -> Response:
    item = find_item(here.session, meeting, item_id)
    share_item(here.session, meeting, item)
    undo = f"{here.url}/meetings/{meeting.id}/items/{item.id}/withdrawal"
    return _back(here, meeting, item, f"{here.head.customer.name} can read this item now.", undo)


@staff.post("/items/{item_id}/withdrawal", dependencies=SHARES)
def create_item_withdrawal(here: OpenHere, meeting: OpenMeeting, item_id: str) -> Response:
    item = find_item(here.session, meeting, item_id)
    copies = withdraw_item(here.session, item)
    said = f"{here.head.customer.name} cannot read this item any more{copies_said(copies)}."
    return _back(here, meeting, item, said)


@staff.post("/order", dependencies=RUNS)
def update_order(here: OpenHere, meeting: OpenMeeting, form: filled(MoveItem)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        raise NotFound
    move(here.session, meeting, form.value.moved, form.value.before)
    return here.go(f"/meetings/{meeting.id}#agenda")


@staff.post("/composition", dependencies=RUNS)
def create_composition(here: OpenHere, meeting: OpenMeeting) -> Response:
    added = compose(here.session, here.escalation, meeting)
    words = f"{added} added from the record." if added else "Nothing is missing: the agenda is complete."
    return here.go(f"/meetings/{meeting.id}#agenda", words)


@staff.post("/decisions", dependencies=DECIDES)
def create_decision(here: OpenHere, meeting: OpenMeeting, form: filled(WriteDecision)) -> Response:  # type: ignore[valid-type]
    form_for = form.typed.get("item", "")
    if not form.ok:
        return meeting_page(here, meeting, decision_form=form, form_for=form_for)
    given = form.value
    item = find_item(here.session, meeting, given.item) if given.item else None
    try:
        record_decision(here.session, meeting, given.text, item=item, audience=given.audience)
    except Refused as refusal:
        return meeting_page(here, meeting, decision_form=form.refused(refusal), form_for=form_for)
    return here.go(f"/meetings/{meeting.id}#{item.anchor if item else 'decisions'}", "Decision recorded.")


@staff.post("/decisions/{decision_id}/sharing", dependencies=SHARES)
def create_decision_sharing(here: OpenHere, meeting: OpenMeeting, decision_id: str) -> Response:
    decision = find_decision(here.session, meeting, decision_id)
    item = find_item(here.session, meeting, decision.agenda_item_id) if decision.agenda_item_id else None
    share_decision(here.session, meeting, item, decision)
    return here.go(f"/meetings/{meeting.id}#decisions", f"{here.head.customer.name} can read this decision now.")


@staff.post("/decisions/{decision_id}/removal", dependencies=DECIDES)
def delete_decision(here: OpenHere, meeting: OpenMeeting, decision_id: str) -> Response:
    decision = find_decision(here.session, meeting, decision_id)
    remove_decision(here.session, decision)
    undo = f"{here.url}/meetings/{meeting.id}/decisions/{decision.id}/restoration"
    return here.go(f"/meetings/{meeting.id}#decisions", "Decision taken back.", undo)


@staff.post("/decisions/{decision_id}/restoration", dependencies=DECIDES)
def create_decision_restoration(here: OpenHere, meeting: OpenMeeting, decision_id: str) -> Response:
    decision = find_decision(here.session, meeting, decision_id, removed=True)
    restore_decision(here.session, decision)
    return here.go(f"/meetings/{meeting.id}#decisions", "Decision put back.")


# ----------------------------------------------------------------------------------------------------------------------


def _back(here: Here, meeting: Meeting, item: AgendaItem, said: str, undo: str | None = None) -> Response:
    return here.go(f"/meetings/{meeting.id}#{item.anchor}", said, undo)


def _item_page(here: Here, meeting: Meeting, item: AgendaItem, form: Filled[WriteItem] | None) -> Response:
    was = _stands(item).was
    return here.show("meetings/item.html", 422 if form else 200, meeting=meeting, item=item, form=form, was=was)


def _stands(item: AgendaItem) -> Standing:
    values = {"title": item.title, "planned_minutes": item.planned_minutes}
    return Standing(item, values, (AgendaItemEdited,))


def _mine(here: Here, meeting: Meeting, item_id: str) -> AgendaItem:
    """A guest is not shown a form for what they cannot change."""
    item = find_item(here.session, meeting, item_id)
    if not may_change_item(here.session, item):
        raise NotFound
    return item
