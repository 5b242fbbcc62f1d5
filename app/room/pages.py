"""The page of one escalation: an overview for our people, answers first for the customer's. And its closure."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from app.access.doors import SharedPages, StaffPages, requires
from app.access.permissions import Verb
from app.action_items.listing import asked_of
from app.action_items.panel import panel as actions_panel
from app.concerns.rows import panel as concerns_panel
from app.discussion.reading import latest_messages
from app.discussion.showing import shows_messages
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.escalations.models import CUSTOMER_STATE_LABELS
from app.escalations.opening import close, reopen
from app.escalations.vitals.standing import answer_stands
from app.meetings.listing import panel as meetings_panel
from app.recordings.listing import panel as recordings_panel
from app.room.closing import left_open
from app.room.coming import what_is_next
from app.room.guests import guests_in
from app.room.strip import Zoom, draw
from app.timeline.reading import PAGE, latest, sentences, tail

shared = SharedPages()
staff = StaffPages(prefix="/escalations/{key}")
TAIL = 6  # timeline entries on the overview


@shared.get("/escalations/{key}")
def show_escalation(here: CurrentHere) -> Response:
    return _answers(here) if here.viewer.is_guest else _overview(here)


@shared.get("/escalations/{key}/timeline")
def show_timeline(
    here: CurrentHere, before: Annotated[str, Query(max_length=16)] = "", zoom: Zoom = Zoom.days
) -> Response:
    entries = latest(here.session, here.escalation.id, before, PAGE + 1)
    shown = entries[:PAGE]
    older = f"?before={shown[-1].id}" if len(entries) > PAGE else ""
    return here.show(
        "room/timeline.html",
        strip=None if before else draw(here.session, here.escalation, zoom, here.page.zone),
        sentences=sentences(here.session, shown),
        older=older,
        before=before,
    )


@staff.get("/closure")
def show_closure(here: CurrentHere) -> Response:
    return here.show("room/closure.html", left=left_open(here.session, here.escalation))


@staff.post("/closure", dependencies=[requires(Verb.close_escalation)])
def create_closure(here: OpenHere) -> Response:
    close(here.session, here.escalation)
    return here.go("", f"{here.escalation.key} is closed.", undo=here.url + "/closure/removal")


@staff.post("/closure/removal", dependencies=[requires(Verb.close_escalation)])
def delete_closure(here: CurrentHere) -> Response:
    reopen(here.session, here.escalation)
    return here.go("", f"{here.escalation.key} is open again. {here.head.customer.name} can read that.")


def _overview(here: Here) -> Response:
    session, escalation = here.session, here.escalation
    actions, meetings = actions_panel(session, escalation), meetings_panel(session, escalation)
    return here.show(
        "room/staff.html",
        next_up=what_is_next(here.viewer, escalation, here.head.owner.name, meetings, actions),
        concerns=concerns_panel(session, escalation),
        actions=actions,
        meetings=meetings,
        recordings=recordings_panel(session, escalation),
        latest=latest_messages(session, escalation),
        show_message=shows_messages(here, menu=False),
        tail=tail(session, escalation.id, TAIL),
        guests=guests_in(session, escalation),
        was={"answer": answer_stands(escalation).was},
        customer_states=[(value.value, label) for value, label in CUSTOMER_STATE_LABELS.items()],
    )


def _answers(here: Here) -> Response:
    session, escalation = here.session, here.escalation
    return here.show(
        "room/guest.html",
        asked=asked_of(session, here.viewer.person_id or "", escalation),
        concerns=concerns_panel(session, escalation),
        latest=latest_messages(session, escalation),
        show_message=shows_messages(here, menu=False),
        meetings=meetings_panel(session, escalation),
        recordings=recordings_panel(session, escalation),
    )
