"""An open page says that somebody looks at it, and hears who else does."""

from fastapi.responses import Response

from app.access.doors import StaffPages, requires
from app.access.permissions import Verb
from app.escalations.doors import CurrentHere
from app.escalations.presence.noticing import be_here, who_is_here

staff = StaffPages(prefix="/escalations/{key}/presence")


# In a closed escalation one still reads, and so this stays open.
@staff.post("", dependencies=[requires(Verb.show_presence)])
def create_presence(here: CurrentHere) -> Response:
    be_here(here.session, here.escalation.id)
    return here.page.show("escalations/_presence.html", names=who_is_here(here.session, here.escalation.id))
