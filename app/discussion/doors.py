"""The topic and the message a request is about, and the page that both its reading and its mistakes are shown on."""

from functools import cache
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Query
from fastapi.responses import Response
from sqlalchemy import bindparam
from sqlmodel import col, select

from app.access.doors import CurrentPage
from app.access.participation import Audience
from app.discussion.composing import composer_for
from app.discussion.finding import find_message
from app.discussion.listing import list_topics
from app.discussion.models import Message, Topic
from app.discussion.reading import read_topic
from app.discussion.showing import shows_messages
from app.escalations.doors import Here, newest_for, open_here_from_path
from app.escalations.models import Escalation
from app.foundation.forms import Filled
from app.foundation.refusals import NotFound
from app.writing.models import DraftFile

OTHER_TOPICS = 8
Whole = Annotated[bool, Query(alias="all")]  # the topic is read as a whole, and stays so when somebody writes


class InTopic(NamedTuple):
    """A request inside a topic of an escalation."""

    here: Here
    topic: Topic


def in_topic_from_path(key: str, topic_id: str, page: CurrentPage) -> InTopic:
    """Both in one statement. Absent, of another escalation or not theirs, whichever of the two: the same answer."""
    given = {"key": key, "topic_id": topic_id}
    found = page.session.execute(_in_topic(page.viewer.is_guest), given).first()
    if found is None:
        raise NotFound
    return InTopic(Here(page, found[0], found[1] or 0), found[2])


@cache
def _in_topic(for_guest: bool) -> Any:
    return (
        select(Escalation, newest_for(for_guest), Topic)
        .join(Topic, col(Topic.escalation_id) == Escalation.id)
        .where(Escalation.key == bindparam("key"), Topic.id == bindparam("topic_id"))
    )


CurrentInTopic = Annotated[InTopic, Depends(in_topic_from_path)]


def here_of_topic(at: CurrentInTopic) -> Here:
    return at.here


def open_here_of_topic(at: CurrentInTopic) -> Here:
    return open_here_from_path(at.here)


# In place of CurrentHere and OpenHere wherever the address names a topic.
TopicsHere = Annotated[Here, Depends(here_of_topic)]
OpenTopicsHere = Annotated[Here, Depends(open_here_of_topic)]


def topic_from_path(at: CurrentInTopic) -> Topic:
    return at.topic


def open_topic_from_path(at: CurrentInTopic) -> Topic:
    open_here_from_path(at.here)
    return at.topic


CurrentTopic = Annotated[Topic, Depends(topic_from_path)]
OpenTopic = Annotated[Topic, Depends(open_topic_from_path)]


def message_from_path(message_id: str, here: TopicsHere, topic: CurrentTopic) -> Message:
    return find_message(here.session, topic, message_id)


def open_message_from_path(message_id: str, here: OpenTopicsHere, topic: OpenTopic) -> Message:
    return find_message(here.session, topic, message_id)


CurrentMessage = Annotated[Message, Depends(message_from_path)]
OpenMessage = Annotated[Message, Depends(open_message_from_path)]


def show_topic(
    here: Here,
    topic: Topic,
    form: Filled[Any] | None = None,
    *,
    status: int = 200,
    kept: list[DraftFile] | None = None,
    chosen: Audience = Audience.internal,
    reply_to: Message | None = None,
    is_quoted: bool = False,
    whole: bool = False,
    **around: Message | None,
) -> Response:
    if form is not None and form.typed.get("reply_to"):
        reply_to = find_message(here.session, topic, form.typed["reply_to"])
    return here.show(
        "discussion/topic.html",
        status,
        topic=topic,
        stretch=read_topic(here.session, topic, whole=whole, **around),
        show_message=shows_messages(here),
        topics=[] if here.viewer.is_guest else list_topics(here.session, here.escalation, count=OTHER_TOPICS)[0],
        form=form,
        composer=composer_for(here, topic.is_shared, form, kept, chosen=chosen, reply_to=reply_to, is_quoted=is_quoted),
    )
