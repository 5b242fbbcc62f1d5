"""Saying with words for the customer when they hear next. It waits with the words, and is taken back with them."""

from datetime import datetime

from app.access.participation import Audience
from app.access.permissions import Verb
from app.escalations.doors import Here
from app.foundation.typed_moments import typed_moment


def promised_by(here: Here, typed: str, audience: Audience) -> datetime | None:
    """The moment that was typed beside words for the customer; nothing where it is not theirs to say."""
    if not typed or audience is not Audience.shared or not here.may(Verb.edit_escalation):
        return None
    return typed_moment(typed, here.page.zone, "next_update")
