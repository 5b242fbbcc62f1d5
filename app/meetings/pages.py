"""Meetings as lists, one meeting, planning and changing it, running it, sharing it, its print and its calendar file."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlparse

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field, field_validator

from app.access.doors import CurrentPage, SharedPages, StaffPages, requires
from app.access.permissions import Verb
from app.concerns.sharing import readers_of
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.foundation.forms import Form, filled
from app.foundation.refusals import Refused
from app.foundation.rendering import input_time
from app.meetings import naming
from app.meetings.agenda.finding import items_of
from app.meetings.doors import CurrentMeeting, OpenMeeting, clocks, meeting_page
from app.meetings.facts import MeetingEdited, MeetingMoved
from app.meetings.invitation_file import invitation_file
from app.meetings.inviting import invited, possible_people, usual_people
from app.meetings.listing import coming, my_coming, my_past, past
from app.meetings.models import TITLE, Meeting
from app.meetings.moments import LONGEST, free_morning
from app.meetings.planning import Plan, cancel_meeting, change_meeting, plan_meeting, revive_meeting
from app.meetings.reading import read_meeting
from app.meetings.running import end, start
from app.meetings.sharing import can_be_shared, copies_said, share_meeting, shared_by_default, withdraw_meeting
from app.timeline.meanwhile import Standing, keep_both

AT = "/escalations/{key}/meetings"
staff = StaffPages()
shared = SharedPages()

PLANS = [requires(Verb.plan_meeting)]
RUNS = [requires(Verb.run_agenda)]
SHARES = [requires(Verb.share_meeting)]
Cursor = Annotated[str, Query(max_length=80)]


class Edition(StrEnum):
    own = "own"  # everything the reader may see
    customer = "customer"  # what is shared, and nothing else


class WriteMeeting(Form):
    title: str = Field(min_length=3, max_length=TITLE)
    starts_at: datetime
    minutes: int = Field(default=45, ge=5, le=LONGEST)
    place: str = Field(default="", max_length=200)
    link: str = Field(default="", max_length=500)
    people: list[str] = Field(default=[], max_length=200)

    @field_validator("starts_at")
    @classmethod
    def is_in_our_time(cls, typed: datetime) -> datetime:
        if not 2000 <= typed.year <= 2100:
            raise ValueError("Choose a date and a time.")
        return typed

    @field_validator("link")
    @classmethod
    def is_an_address(cls, typed: str) -> str:
        if typed and (urlparse(typed).scheme not in ("http", "https") or not urlparse(typed).hostname):
            raise ValueError("A link begins with https:// or http://.")
        return typed


class ChooseItems(Form):
    items: list[str] = Field(default=[], max_length=300)


@shared.get("/meetings")
def list_my_meetings(page: CurrentPage, before: Cursor = "") -> Response:
    rows = [] if before else my_coming(page.session)
    return page.show("meetings/mine.html", coming=rows, past=my_past(page.session, before), before=before)


@shared.get(AT)
def list_meetings(here: CurrentHere, before: Cursor = "") -> Response:
    rows = [] if before else coming(here.session, here.escalation)
    found = past(here.session, here.escalation, before)
    return here.show("meetings/index.html", coming=rows, past=found, before=before)


@staff.get(f"{AT}/new")
def show_new_meeting(here: OpenHere) -> Response:
    return _plan_page(here, None)


@staff.post(AT, dependencies=PLANS)
def create_meeting(here: OpenHere, form: filled(WriteMeeting)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _plan_page(here, form)
    try:
        meeting = plan_meeting(here.session, here.escalation, _plan(here, form.value))
    except Refused as refusal:
        here.session.rollback()
        return _plan_page(here, form.refused(refusal))
    return here.go(f"/meetings/{meeting.id}", "Planned. The agenda is composed; look it over.")


@shared.get(f"{AT}/{{meeting_id}}")
def show_meeting(here: CurrentHere, meeting: CurrentMeeting) -> Response:
    return meeting_page(here, meeting)


@staff.get(f"{AT}/{{meeting_id}}/edit")
def show_meeting_form(here: OpenHere, meeting: OpenMeeting) -> Response:
    return _plan_page(here, None, meeting)


@staff.post(f"{AT}/{{meeting_id}}", dependencies=PLANS)
def update_meeting(here: OpenHere, meeting: OpenMeeting, form: filled(WriteMeeting)) -> Response:  # type: ignore[valid-type]
    form = keep_both(here.session, form, meeting, lambda: _stands(here, meeting))
    if not form.ok:
        return _plan_page(here, form, meeting)
    try:
        change_meeting(here.session, here.escalation, meeting, _plan(here, form.value))
    except Refused as refusal:
        here.session.rollback()
        return _plan_page(here, form.refused(refusal), meeting)
    return here.go(f"/meetings/{meeting.id}", "Saved. Those invited get the new times.")


@staff.post(f"{AT}/{{meeting_id}}/cancellation", dependencies=PLANS)
def create_cancellation(here: OpenHere, meeting: OpenMeeting) -> Response:
    cancel_meeting(here.session, meeting)
    at = f"/meetings/{meeting.id}"
    return here.go(at, "Cancelled. Those invited are told.", undo=f"{here.url}{at}/revival")


@staff.post(f"{AT}/{{meeting_id}}/revival", dependencies=PLANS)
def create_revival(here: OpenHere, meeting: OpenMeeting) -> Response:
    revive_meeting(here.session, meeting)
    return here.go(f"/meetings/{meeting.id}", "Back on the calendar.")


@staff.post(f"{AT}/{{meeting_id}}/start", dependencies=RUNS)
def create_start(here: OpenHere, meeting: OpenMeeting) -> Response:
    start(here.session, meeting)
    first = next((item for item in items_of(here.session, meeting) if not item.is_discussed), None)
    return here.go(f"/meetings/{meeting.id}" + (f"#{first.anchor}" if first else ""), "The meeting is running.")


@staff.post(f"{AT}/{{meeting_id}}/ending", dependencies=RUNS)
def create_ending(here: OpenHere, meeting: OpenMeeting) -> Response:
    carried = end(here.session, here.escalation, meeting)
    words = "Ended." + (f" {carried} went on to the next meeting." if carried else "")
    return here.go(f"/meetings/{meeting.id}", words, undo=f"{here.url}/meetings/{meeting.id}/start")


@staff.get(f"{AT}/{{meeting_id}}/sharing")
def show_sharing(here: OpenHere, meeting: OpenMeeting) -> Response:
    return _sharing_page(here, meeting, None)


@staff.post(f"{AT}/{{meeting_id}}/sharing", dependencies=SHARES)
def create_sharing(here: OpenHere, meeting: OpenMeeting, form: filled(ChooseItems)) -> Response:  # type: ignore[valid-type]
    try:
        share_meeting(here.session, here.escalation, meeting, set(form.value.items) if form.ok else set())
    except Refused as refusal:
        here.session.rollback()
        return _sharing_page(here, meeting, form.refused(refusal))
    undo = f"{here.url}/meetings/{meeting.id}/withdrawal"
    return here.go(f"/meetings/{meeting.id}", f"{here.head.customer.name} can read this meeting now.", undo)


@staff.post(f"{AT}/{{meeting_id}}/withdrawal", dependencies=SHARES)
def create_withdrawal(here: OpenHere, meeting: OpenMeeting) -> Response:
    copies = withdraw_meeting(here.session, meeting)
    said = f"{here.head.customer.name} cannot read this meeting any more{copies_said(copies)}."
    return here.go(f"/meetings/{meeting.id}", said)


@shared.get(f"{AT}/{{meeting_id}}/print")
def show_minutes(here: CurrentHere, meeting: CurrentMeeting, edition: Edition = Edition.own) -> Response:
    for_customer = edition is Edition.customer
    if for_customer and not meeting.is_shared:
        raise Refused("This meeting is internal: there is nothing in it for the customer. Share it first.")
    sheet = read_meeting(here.session, meeting, shared_only=for_customer)
    context: dict[str, Any] = {
        "meeting": meeting,
        "sheet": sheet,
        "for_customer": for_customer,
        **clocks(here, meeting),
    }
    return here.show("meetings/print.html", **context)


@shared.get(f"{AT}/{{meeting_id}}/invitation.ics")
def show_invitation_file(here: CurrentHere, meeting: CurrentMeeting) -> Response:
    titles = [line.title for line in read_meeting(here.session, meeting).lines]
    url = f"{here.page.settings.site}{naming.meeting_url(here.escalation.key, meeting.id)}"
    name = f"{here.escalation.key}-{meeting.id}.ics"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    file = invitation_file(meeting, url, titles, for_guest=here.viewer.is_guest)
    return Response(file, media_type="text/calendar", headers=headers)


# ----------------------------------------------------------------------------------------------------------------------


def _plan(here: Here, given: WriteMeeting) -> Plan:
    return Plan(
        title=given.title,
        starts_at=given.starts_at,
        minutes=given.minutes,
        zone=here.page.zone,
        place=given.place,
        link=given.link,
        people=set(given.people),
    )


def _plan_page(here: Here, form: Any, meeting: Meeting | None = None) -> Response:
    people = possible_people(here.session, here.escalation)
    if form:
        chosen = set(form.many["people"])
    elif meeting:
        chosen = {person.id for person in invited(here.session, meeting)}
    else:
        chosen = usual_people(here.session, here.escalation)
    return here.show(
        "meetings/form.html",
        422 if form else 200,
        form=form,
        meeting=meeting,
        was=_stands(here, meeting).was if meeting else "",
        people=people,
        chosen=chosen,
        starts_at=input_time(_begins(here, meeting), here.page.zone),
    )


def _begins(here: Here, meeting: Meeting | None) -> datetime:
    return meeting.starts_at if meeting else free_morning(coming(here.session, here.escalation), here.page.zone)


def _stands(here: Here, meeting: Meeting) -> Standing:
    """What the form for changing it is made of, on the clock of whoever has it open."""
    names = {person.id: person.name for person in invited(here.session, meeting)}
    listed = possible_people(here.session, here.escalation)
    values = {
        "title": meeting.title,
        "starts_at": datetime.fromisoformat(input_time(meeting.starts_at, here.page.zone)),
        "minutes": meeting.minutes,
        "place": meeting.place,
        "link": meeting.link,
        "people": [person for person in names if person in listed],
    }
    read_as = {"people": lambda people: ", ".join(names[person] for person in people)}
    return Standing(meeting, values, (MeetingEdited, MeetingMoved), read_as)


def _sharing_page(here: Here, meeting: Meeting, form: Any) -> Response:
    items = [item for item in items_of(here.session, meeting) if not item.is_shared]
    allowed = can_be_shared(here.session, items) | {item.id for item in items if not item.origin_id}
    return here.show(
        "meetings/sharing.html",
        422 if form else 200,
        form=form,
        meeting=meeting,
        open_items=[item for item in items if item.id in allowed],
        closed_items=[item for item in items if item.id not in allowed],
        ticked=set(form.many["items"]) if form else shared_by_default(here.session, items),
        readers=readers_of(here.session, here.escalation),
        **clocks(here, meeting),
    )
