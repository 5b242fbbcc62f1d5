"""The meetings one is invited to, in all escalations one sees."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlmodel import col

from app.access.doors import CurrentPage
from app.api.doors import ApiPages
from app.api.meetings.schemas import InvitedOut, meeting_out
from app.api.paging import AskedPage, Listed, read_page
from app.api.people import Known
from app.escalations.models import Escalation
from app.meetings.models import Invitation, Meeting, MeetingState

pages = ApiPages(tags=["meetings"])


@pages.get("/meetings")
def list_my_meetings(page: CurrentPage, asked: AskedPage, state: MeetingState | None = None) -> Listed[InvitedOut]:
    """The latest first, those to come among them."""
    columns: list[Any] = [Meeting, Escalation.key]
    query = select(*columns).join(Escalation, col(Escalation.id) == Meeting.escalation_id)
    mine = and_(col(Invitation.meeting_id) == Meeting.id, col(Invitation.person_id) == page.viewer.person_id)
    query = query.join(Invitation, mine)
    if state is not None:
        query = query.where(col(Meeting.state) == state)
    rows, after = read_page(page.session, query, col(Meeting.starts_at), col(Meeting.id), datetime, asked)
    known = Known(page.session, [one.planned_by_id for one, _ in rows])
    items = [InvitedOut(**meeting_out(known, one).model_dump(), escalation=key) for one, key in rows]
    return asked.listed(items, after)
