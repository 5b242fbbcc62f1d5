"""The topics of an escalation, one topic, and how far somebody has read."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field

from app.access.doors import SharedPages, StaffPages, requires
from app.access.participation import Audience
from app.access.permissions import Verb
from app.discussion import naming
from app.discussion.composing import Post, composer_for, gather, words_of
from app.discussion.doors import CurrentTopic, TopicsHere, Whole, show_topic
from app.discussion.finding import find_message, find_topic, topic_for_updates
from app.discussion.listing import list_topics
from app.discussion.marking import mark_read, mark_unread
from app.discussion.models import Message
from app.discussion.posting import Posted
from app.discussion.starting import start_topic
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.foundation.forms import Form, filled
from app.foundation.refusals import Refused
from app.writing import pages as writing

__all__ = ["naming", "shared", "staff", "writing"]  # both are there once they are imported

shared = SharedPages(prefix="/escalations/{key}/discussion")
staff = StaffPages(prefix="/escalations/{key}/discussion")
Id = Annotated[str, Query(max_length=16)]


class Place(Form):
    message: str = Field(min_length=1, max_length=16)


@shared.get("")
def list_all_topics(here: CurrentHere, before: Id = "") -> Response:
    last = find_topic(here.session, here.escalation, before) if before else None
    topics, older = list_topics(here.session, here.escalation, last)
    return here.show("discussion/index.html", topics=topics, older=older, is_first=not before)


@staff.get("/update")
def show_next_update(here: OpenHere) -> Response:
    """To where the customer is written to: the topic for updates, the one they were last spoken in, or a new one."""
    found = topic_for_updates(here.session, here.escalation)
    place = f"{found}?to={Audience.shared.value}" if found else f"new?to={Audience.shared.value}&title=Updates"
    return here.go(f"/discussion/{place}#compose")


@shared.get("/new")
def show_new_topic(
    here: OpenHere,
    to: Annotated[str, Query(max_length=10)] = "",
    title: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    chosen = Audience.shared if to == Audience.shared else Audience.internal
    return here.show("discussion/new.html", form=None, title=title, composer=composer_for(here, True, chosen=chosen))


@shared.post("", dependencies=[requires(Verb.start_topic)])
def add_topic(here: OpenHere, form: filled(Post)) -> Response:  # type: ignore[valid-type]
    form, kept = gather(here, form)
    if form.ok:
        given = form.value
        try:
            topic_id, posted = start_topic(
                here.session, here.escalation, given.title, given.audience, words_of(here, None, given, kept)
            )
            return go_to_posted(here, topic_id, posted)
        except Refused as refusal:
            form = form.refused(refusal)
    return here.show("discussion/new.html", 422, form=form, title="", composer=composer_for(here, True, form, kept))


@shared.get("/{topic_id}")
def show_one_topic(
    here: TopicsHere,
    topic: CurrentTopic,
    at: Id = "",
    before: Id = "",
    after: Id = "",
    reply: Id = "",
    quote: Id = "",
    to: Annotated[str, Query(max_length=10)] = "",
    whole: Whole = False,
) -> Response:
    def named(message_id: str) -> Message | None:
        return find_message(here.session, topic, message_id) if message_id else None

    answered = named(reply or quote)
    return show_topic(
        here,
        topic,
        chosen=Audience.shared if to == Audience.shared or (answered and answered.is_shared) else Audience.internal,
        reply_to=answered,
        is_quoted=bool(quote),
        whole=whole,
        at=named(at),
        before=named(before),
        after=named(after),
    )


# In a closed escalation one still reads, and so these two stay open.
@shared.post("/{topic_id}/reading", dependencies=[requires(Verb.mark_read)])
def read_up_to(here: TopicsHere, topic: CurrentTopic, form: filled(Place)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        raise Refused("Say up to which message you have read.")
    mark_read(here.session, topic, find_message(here.session, topic, form.value.message))
    return here.go(f"/discussion/{topic.id}")


@shared.post("/{topic_id}/unread", dependencies=[requires(Verb.mark_read)])
def unread_from(here: TopicsHere, topic: CurrentTopic, form: filled(Place)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        raise Refused("Say from which message on this is new.")
    mark_unread(here.session, topic, find_message(here.session, topic, form.value.message))
    return here.go("/discussion", "Marked as new from there on")


def go_to_posted(here: Here, topic_id: str, posted: Posted, *, whole: bool = False) -> Response:
    """To where the words now stand, with the composer set to the same readers."""
    address = f"/discussion/{topic_id}?{'all=1&' if whole else ''}to={posted.audience.value}"
    if posted.is_held:
        undo = f"{here.url}/discussion/{topic_id}/held/{posted.message_id}/taking-back"
        return here.go(
            f"{address}#held-{posted.message_id}", f"{here.head.customer.name} gets this in 15 seconds", undo
        )
    return here.go(f"{address}#message-{posted.message_id}", "Sent" if here.viewer.is_guest else "Note added")
