"""Saying with words for the customer when they hear next."""

from datetime import datetime

from app.access.participation import Audience
from app.access.permissions import Verb
from app.discussion.composing import Post
from app.discussion.posting import Posted
from app.escalations.doors import Here
from app.escalations.vitals.changing import set_next_update
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.foundation.typed_moments import typed_moment


def promised_by(here: Here, given: Post) -> datetime | None:
    """The moment that goes with words for the customer. Looked at before anything is posted."""
    if not given.next_update or given.audience is not Audience.shared or not here.may(Verb.edit_escalation):
        return None
    due_at = typed_moment(given.next_update, here.page.zone, "next_update")
    if due_at <= now():
        raise Refused("Choose a moment for the next update that is still to come.", "next_update")
    return due_at


def promise(here: Here, posted: Posted, due_at: datetime | None) -> None:
    if due_at and posted.audience is Audience.shared:
        set_next_update(here.session, here.escalation, due_at)
