"""The topic and the message a request is about, and the page that both its reading and its mistakes are shown on."""

from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.responses import Response

from app.access.participation import Audience
from app.discussion.composing import composer_for
from app.discussion.finding import find_message, find_topic
from app.discussion.listing import list_topics
from app.discussion.models import Message, Topic
from app.discussion.reading import read_topic
from app.discussion.showing import shows_messages
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.foundation.forms import Filled
from app.writing.models import DraftFile

OTHER_TOPICS = 8
Whole = Annotated[bool, Query(alias="all")]  # the topic is read as a whole, and stays so when somebody writes


def topic_from_path(topic_id: str, here: CurrentHere) -> Topic:
    return find_topic(here.session, here.escalation, topic_id)


def open_topic_from_path(topic_id: str, here: OpenHere) -> Topic:
    return find_topic(here.session, here.escalation, topic_id)


CurrentTopic = Annotated[Topic, Depends(topic_from_path)]
OpenTopic = Annotated[Topic, Depends(open_topic_from_path)]


def message_from_path(message_id: str, here: CurrentHere, topic: CurrentTopic) -> Message:
    return find_message(here.session, topic, message_id)


def open_message_from_path(message_id: str, here: OpenHere, topic: OpenTopic) -> Message:
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
