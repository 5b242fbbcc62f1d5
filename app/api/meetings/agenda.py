"""The agenda of a meeting: items, their order, what was discussed, and what was decided."""

from fastapi import Response

from app.access.doors import requires
from app.access.permissions import Verb
from app.api.doors import ApiPages, acts
from app.api.meetings.schemas import (
    AddItem,
    AgendaItemOut,
    ChangeItem,
    DecisionOut,
    MoveItem,
    RecordDecision,
    decision_out,
    item_out,
)
from app.api.paging import Listed
from app.api.people import Known
from app.api.reading import given
from app.escalations.doors import CurrentHere, Here, OpenHere
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
from app.meetings.agenda.writing import add_item, edit_item, remove_item, restore_item, tick, untick
from app.meetings.doors import CurrentMeeting, OpenMeeting
from app.meetings.models import AgendaItem, Decision, Meeting
from app.meetings.sharing import share_item, withdraw_item

pages = ApiPages(prefix="/escalations/{key}/meetings/{meeting_id}", tags=["meetings"])
SHARES, RUNS, ADDS = [requires(Verb.share_meeting)], [requires(Verb.run_agenda)], [requires(Verb.add_agenda_item)]


@pages.get("/items")
def list_items(here: CurrentHere, meeting: CurrentMeeting) -> Listed[AgendaItemOut]:
    """In their order; always one page."""
    return _agenda(here, meeting)


@pages.post("/items", status_code=201, dependencies=acts(Verb.add_agenda_item))
def create_item(here: OpenHere, meeting: OpenMeeting, sent: given(AddItem)) -> AgendaItemOut:  # type: ignore[valid-type]
    """In a meeting that is not shared every item is internal."""
    return item_out(
        add_item(here.session, meeting, sent.title, planned_minutes=sent.planned_minutes, audience=sent.audience)
    )


@pages.patch("/items/{item_id}", dependencies=ADDS)
def update_item(here: OpenHere, meeting: OpenMeeting, item_id: str, sent: given(ChangeItem)) -> AgendaItemOut:  # type: ignore[valid-type]
    item = find_item(here.session, meeting, item_id)
    minutes = sent.planned_minutes if sent.has("planned_minutes") else item.planned_minutes
    edit_item(here.session, item, sent.title if sent.has("title") else item.title, minutes)
    return item_out(item)


@pages.delete("/items/{item_id}", status_code=204, dependencies=ADDS)
def delete_item(here: OpenHere, meeting: OpenMeeting, item_id: str) -> None:
    """It can be put back, with its notes."""
    remove_item(here.session, find_item(here.session, meeting, item_id))


@pages.post("/items/{item_id}/restoration", dependencies=acts(Verb.add_agenda_item))
def create_item_restoration(here: OpenHere, meeting: OpenMeeting, item_id: str) -> AgendaItemOut:
    item = find_item(here.session, meeting, item_id, removed=True)
    restore_item(here.session, item)
    return item_out(item)


@pages.post("/items/{item_id}/tick", dependencies=acts(Verb.run_agenda))
def create_tick(here: OpenHere, meeting: OpenMeeting, item_id: str) -> AgendaItemOut:
    """It was discussed."""
    item = find_item(here.session, meeting, item_id)
    tick(here.session, item)
    return item_out(item)


@pages.delete("/items/{item_id}/tick", dependencies=RUNS)
def delete_tick(here: OpenHere, meeting: OpenMeeting, item_id: str) -> AgendaItemOut:
    item = find_item(here.session, meeting, item_id)
    untick(here.session, item)
    return item_out(item)


@pages.post("/items/{item_id}/sharing", dependencies=acts(Verb.share_meeting))
def create_item_sharing(here: OpenHere, meeting: OpenMeeting, item_id: str) -> AgendaItemOut:
    item = find_item(here.session, meeting, item_id)
    share_item(here.session, meeting, item)
    return item_out(item)


@pages.delete("/items/{item_id}/sharing", dependencies=SHARES)
def delete_item_sharing(here: OpenHere, meeting: OpenMeeting, item_id: str) -> AgendaItemOut:
    item = find_item(here.session, meeting, item_id)
    withdraw_item(here.session, item)
    return item_out(item)


@pages.post("/order", dependencies=acts(Verb.run_agenda))
def update_order(here: OpenHere, meeting: OpenMeeting, sent: given(MoveItem)) -> Listed[AgendaItemOut]:  # type: ignore[valid-type]
    move(here.session, meeting, sent.moved, sent.before)
    return _agenda(here, meeting)


@pages.post("/composition", dependencies=acts(Verb.run_agenda))
def create_composition(here: OpenHere, meeting: OpenMeeting) -> Listed[AgendaItemOut]:
    """Adds what is open, left over or late and not on it yet."""
    compose(here.session, here.escalation, meeting)
    return _agenda(here, meeting)


@pages.post("/decisions", status_code=201, dependencies=acts(Verb.record_decision))
def create_decision(here: OpenHere, meeting: OpenMeeting, sent: given(RecordDecision)) -> DecisionOut:  # type: ignore[valid-type]
    item = _item_named(here, meeting, sent.agenda_item_id)
    return _decision(here, record_decision(here.session, meeting, sent.text, item=item, audience=sent.audience))


@pages.post("/decisions/{decision_id}/sharing", dependencies=acts(Verb.share_meeting))
def create_decision_sharing(here: OpenHere, meeting: OpenMeeting, decision_id: str) -> DecisionOut:
    decision = find_decision(here.session, meeting, decision_id)
    item = find_item(here.session, meeting, decision.agenda_item_id) if decision.agenda_item_id else None
    share_decision(here.session, meeting, item, decision)
    return _decision(here, decision)


@pages.delete("/decisions/{decision_id}", status_code=204, dependencies=[requires(Verb.record_decision)])
def delete_decision(here: OpenHere, meeting: OpenMeeting, decision_id: str) -> Response:
    """It can be put back."""
    remove_decision(here.session, find_decision(here.session, meeting, decision_id))
    return Response(status_code=204)


@pages.post("/decisions/{decision_id}/restoration", dependencies=acts(Verb.record_decision))
def create_decision_restoration(here: OpenHere, meeting: OpenMeeting, decision_id: str) -> DecisionOut:
    decision = find_decision(here.session, meeting, decision_id, removed=True)
    restore_decision(here.session, decision)
    return _decision(here, decision)


def _agenda(here: Here, meeting: Meeting) -> Listed[AgendaItemOut]:
    here.session.flush()
    return Listed(items=[item_out(one) for one in items_of(here.session, meeting)], next=None)


def _decision(here: Here, decision: Decision) -> DecisionOut:
    return decision_out(Known(here.session, [decision.recorded_by_id]), decision)


def _item_named(here: Here, meeting: Meeting, item_id: str) -> AgendaItem | None:
    try:
        return find_item(here.session, meeting, item_id) if item_id else None
    except NotFound:
        raise Refused("There is no such item on this agenda.", "agenda_item_id") from None
