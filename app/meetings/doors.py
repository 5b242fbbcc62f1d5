"""The meeting a request is about, looked up inside the escalation its address names, and how its page is answered."""

from typing import Annotated, Any

from fastapi import Depends
from fastapi.responses import Response
from sqlmodel import select

from app.access.session import ViewerSession
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.escalations.models import Escalation
from app.foundation.ids import new_id
from app.foundation.refusals import NotFound
from app.meetings.agenda.placing import neighbours
from app.meetings.agenda.writing import may_change_item
from app.meetings.models import Meeting
from app.meetings.moments import elsewhere, in_zone
from app.meetings.reading import read_meeting


def find_meeting(session: ViewerSession, escalation: Escalation, meeting_id: str) -> Meeting:
    found = session.exec(
        select(Meeting).where(Meeting.id == meeting_id, Meeting.escalation_id == escalation.id)
    ).first()
    if found is None:
        raise NotFound
    return found


def meeting_from_path(meeting_id: str, here: CurrentHere) -> Meeting:
    return find_meeting(here.session, here.escalation, meeting_id)


def open_meeting_from_path(meeting_id: str, here: OpenHere) -> Meeting:
    return find_meeting(here.session, here.escalation, meeting_id)


CurrentMeeting = Annotated[Meeting, Depends(meeting_from_path)]
OpenMeeting = Annotated[Meeting, Depends(open_meeting_from_path)]


def meeting_page(here: Here, meeting: Meeting, **forms: Any) -> Response:
    """The meeting with everything in it; a form with a mistake stands where it was filled in."""
    sheet = read_meeting(here.session, meeting)
    items = [line.item for line in sheet.lines]
    context: dict[str, Any] = {
        "item_form": None,
        "decision_form": None,
        "note_form": None,
        "form_for": "",
        "neighbours": neighbours(items),
        "changeable": {item.id for item in items if may_change_item(here.session, item)},
        # Names the page that somebody types in, so that its saves are told from those of their other pages.
        "writer": new_id(),
        **clocks(here, meeting),
        **forms,
    }
    return here.show("meetings/show.html", 422 if forms else 200, meeting=meeting, sheet=sheet, **context)


def clocks(here: Here, meeting: Meeting) -> dict[str, str]:
    """The meeting on the reader's clock and on the other side's."""
    other = meeting.zone if here.viewer.is_guest else here.head.customer.time_zone
    return {
        "meeting_time": in_zone(meeting, here.page.zone),
        "meeting_time_there": elsewhere(meeting, other, here.page.zone),
    }
