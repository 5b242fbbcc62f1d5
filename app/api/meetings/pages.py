"""Meetings: the list, planning and changing one, running it, sharing it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import Response
from sqlalchemy import select
from sqlmodel import col

from app.access.doors import requires
from app.access.permissions import Verb
from app.api.doors import ApiPages, acts
from app.api.meetings.schemas import (
    ChangeMeeting,
    MeetingOut,
    PlanMeeting,
    ShareMeeting,
    SheetOut,
    decision_out,
    item_out,
    meeting_out,
    note_out,
)
from app.api.paging import AskedPage, Listed, read_page
from app.api.people import Known, PersonOut
from app.api.reading import IfMatch, given, tag_of, tagged, up_to_date
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.meetings.doors import CurrentMeeting, OpenMeeting
from app.meetings.inviting import invited, usual_people
from app.meetings.models import Meeting
from app.meetings.planning import Plan, cancel_meeting, change_meeting, plan_meeting, revive_meeting
from app.meetings.reading import read_meeting
from app.meetings.running import end, start
from app.meetings.sharing import share_meeting, withdraw_meeting

pages = ApiPages(prefix="/escalations/{key}/meetings", tags=["meetings"])


@pages.get("")
def list_meetings(here: CurrentHere, asked: AskedPage) -> Listed[MeetingOut]:
    """The latest first, those to come among them."""
    query = select(Meeting).where(col(Meeting.escalation_id) == here.escalation.id)
    rows, after = read_page(here.session, query, col(Meeting.starts_at), col(Meeting.id), datetime, asked)
    known = Known(here.session, [one.planned_by_id for (one,) in rows])
    return asked.listed([meeting_out(known, one) for (one,) in rows], after)


@pages.post("", status_code=201, dependencies=acts(Verb.plan_meeting))
def create_meeting(here: OpenHere, response: Response, sent: given(PlanMeeting)) -> SheetOut:  # type: ignore[valid-type]
    people = set(sent.people) if sent.has("people") else usual_people(here.session, here.escalation)
    plan = _plan(here, sent.title, sent.starts_at, sent.minutes, sent.place, sent.link, people)
    meeting = plan_meeting(here.session, here.escalation, plan)
    response.headers["location"] = f"/api/v1{here.url}/meetings/{meeting.id}"
    return _sheet(here, meeting)


@pages.get("/{meeting_id}")
def show_meeting(here: CurrentHere, meeting: CurrentMeeting, response: Response) -> SheetOut:
    """With its agenda, its notes and its decisions."""
    return tagged(response, _sheet(here, meeting))


@pages.patch("/{meeting_id}", dependencies=[requires(Verb.plan_meeting)])
def update_meeting(
    here: OpenHere,
    meeting: OpenMeeting,
    read: IfMatch,
    sent: given(ChangeMeeting),  # type: ignore[valid-type]
) -> SheetOut:
    """Those invited get the new times."""
    up_to_date(read, tag_of(_sheet(here, meeting)))
    people = set(sent.people) if sent.has("people") else {one.id for one in invited(here.session, meeting)}
    plan = _plan(
        here,
        sent.title if sent.has("title") else meeting.title,
        sent.starts_at if sent.has("starts_at") else meeting.starts_at,
        sent.minutes if sent.has("minutes") else meeting.minutes,
        sent.place if sent.has("place") else meeting.place,
        sent.link if sent.has("link") else meeting.link,
        people,
    )
    change_meeting(here.session, here.escalation, meeting, plan)
    return _sheet(here, meeting)


@pages.post("/{meeting_id}/cancellation", dependencies=acts(Verb.plan_meeting))
def create_cancellation(here: OpenHere, meeting: OpenMeeting) -> SheetOut:
    cancel_meeting(here.session, meeting)
    return _sheet(here, meeting)


@pages.delete("/{meeting_id}/cancellation", dependencies=[requires(Verb.plan_meeting)])
def delete_cancellation(here: OpenHere, meeting: OpenMeeting) -> SheetOut:
    """Back on the calendar."""
    revive_meeting(here.session, meeting)
    return _sheet(here, meeting)


@pages.post("/{meeting_id}/start", dependencies=acts(Verb.run_agenda))
def create_start(here: OpenHere, meeting: OpenMeeting) -> SheetOut:
    """Also takes an ending back."""
    start(here.session, meeting)
    return _sheet(here, meeting)


@pages.post("/{meeting_id}/ending", dependencies=acts(Verb.run_agenda))
def create_ending(here: OpenHere, meeting: OpenMeeting) -> SheetOut:
    """What was not discussed goes on to the next meeting."""
    end(here.session, here.escalation, meeting)
    return _sheet(here, meeting)


@pages.post("/{meeting_id}/sharing", dependencies=acts(Verb.share_meeting))
def create_sharing(here: OpenHere, meeting: OpenMeeting, sent: given(ShareMeeting)) -> SheetOut:  # type: ignore[valid-type]
    """From now on the customer reads it, with the items named."""
    share_meeting(here.session, here.escalation, meeting, set(sent.items))
    return _sheet(here, meeting)


@pages.delete("/{meeting_id}/sharing", dependencies=[requires(Verb.share_meeting)])
def delete_sharing(here: OpenHere, meeting: OpenMeeting) -> SheetOut:
    withdraw_meeting(here.session, meeting)
    return _sheet(here, meeting)


def _plan(here: Here, title: str, starts_at: datetime, minutes: int, place: str, link: str, people: set[str]) -> Plan:
    """The verb wants the moment as it stands on the planner's clock."""
    zone = here.viewer.zone
    return Plan(
        title=title,
        starts_at=starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        minutes=minutes,
        zone=zone,
        place=place,
        link=link,
        people=people,
    )


def _sheet(here: Here, meeting: Meeting) -> SheetOut:
    here.session.flush()
    sheet = read_meeting(here.session, meeting)
    notes = [note for line in sheet.lines for note in line.notes]
    authors = [one.changed_by_id for one in notes] + [one.recorded_by_id for one in sheet.decisions]
    known = Known(here.session, [*authors, meeting.planned_by_id])
    return SheetOut(
        **meeting_out(known, meeting).model_dump(),
        people=[PersonOut(id=one.id, name=one.name, side=one.side) for one in sheet.people],
        agenda=[item_out(line.item) for line in sheet.lines],
        notes=[note_out(known, one) for one in notes],
        decisions=[decision_out(known, one) for one in sheet.decisions],
    )
