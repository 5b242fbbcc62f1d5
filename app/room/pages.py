"""The page of one escalation: an overview for our people, answers first for the customer's."""

from fastapi.responses import Response

from app.access.doors import SharedPages
from app.escalations.doors import CurrentHere

shared = SharedPages()


@shared.get("/escalations/{key}")
def show_escalation(here: CurrentHere) -> Response:
    if here.viewer.is_guest:
        return here.show("room/guest.html")
    return here.show("room/staff.html")
