"""Topics and messages: reading, posting to our side or to the customer, changing, deleting, taking back."""

from datetime import datetime

from fastapi import Response
from sqlalchemy import select
from sqlmodel import col

from app.access.doors import requires
from app.access.participation import Audience
from app.access.permissions import Verb
from app.api.discussion.schemas import (
    ChangeMessage,
    EarlierOut,
    MessageOut,
    NewFrom,
    PostMessage,
    ReadUpTo,
    ShareMessage,
    StartTopic,
    TopicOut,
    Writing,
    held_out,
    message_out,
    messages_out,
    topics_out,
)
from app.api.doors import ApiPages, acts
from app.api.paging import AskedPage, Listed, read_page
from app.api.reading import IfMatch, given, tag_of, tagged, up_to_date
from app.discussion.deleting import bring_back, delete_message
from app.discussion.doors import CurrentMessage, CurrentTopic, OpenMessage, OpenTopic, OpenTopicsHere, TopicsHere
from app.discussion.editing import edit
from app.discussion.files.pages import hand_out_file
from app.discussion.finding import find_held, find_message
from app.discussion.marking import mark_read, mark_unread
from app.discussion.models import EarlierWords, HeldMessage, Message, Topic
from app.discussion.posting import Posted, post
from app.discussion.releasing import take_back
from app.discussion.starting import start_topic
from app.discussion.words import Words, check_shareable
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.foundation.clock import now
from app.foundation.refusals import NotFound, Refused

pages = ApiPages(prefix="/escalations/{key}", tags=["discussion"])


@pages.get("/topics")
def list_topics(here: CurrentHere, asked: AskedPage) -> Listed[TopicOut]:
    """The latest started first."""
    query = select(Topic).where(col(Topic.escalation_id) == here.escalation.id)
    rows, after = read_page(here.session, query, col(Topic.started_at), col(Topic.id), datetime, asked)
    return asked.listed(topics_out(here.session, [one for (one,) in rows]), after)


@pages.post("/topics", status_code=201, dependencies=acts(Verb.start_topic))
def create_topic(here: OpenHere, response: Response, sent: given(StartTopic)) -> MessageOut:  # type: ignore[valid-type]
    """With its first message, which is answered."""
    words = _words(sent)
    _, posted = start_topic(here.session, here.escalation, sent.title, sent.audience, words)
    return _posted(here, response, posted)


@pages.get("/topics/{topic_id}")
def show_topic(here: TopicsHere, topic: CurrentTopic) -> TopicOut:
    return topics_out(here.session, [topic])[0]


@pages.get("/topics/{topic_id}/messages")
def list_messages(here: TopicsHere, topic: CurrentTopic, asked: AskedPage) -> Listed[MessageOut]:
    """The newest first."""
    query = select(Message).where(col(Message.topic_id) == topic.id, col(Message.escalation_id) == topic.escalation_id)
    rows, after = read_page(here.session, query, col(Message.sent_at), col(Message.id), datetime, asked)
    return asked.listed(messages_out(here.session, [one for (one,) in rows]), after)


@pages.post("/topics/{topic_id}/messages", status_code=201, dependencies=acts(Verb.post_message))
def create_message(
    here: OpenTopicsHere,
    topic: OpenTopic,
    response: Response,
    sent: given(PostMessage),  # type: ignore[valid-type]
) -> MessageOut:
    """Internal at once. To the customer after 15 seconds in which it can be taken back: `leaves_at` says when."""
    reply_to = _answered(here, topic, sent.reply_to_id)
    posted = post(here.session, topic, _words(sent, reply_to), sent.audience)
    return _posted(here, response, posted)


@pages.get("/topics/{topic_id}/messages/{message_id}")
def show_message(here: TopicsHere, message: CurrentMessage, response: Response) -> MessageOut:
    return tagged(response, message_out(here.session, message))


@pages.patch("/topics/{topic_id}/messages/{message_id}", dependencies=[requires(Verb.edit_own_message)])
def update_message(
    here: OpenTopicsHere,
    message: OpenMessage,
    read: IfMatch,
    response: Response,
    sent: given(ChangeMessage),  # type: ignore[valid-type]
) -> MessageOut:
    """Your own."""
    up_to_date(read, tag_of(message_out(here.session, message)))
    edit(here.session, message, sent.text, in_spite=sent.in_spite)
    return tagged(response, message_out(here.session, message))


@pages.delete("/topics/{topic_id}/messages/{message_id}", status_code=204, dependencies=[requires(Verb.delete_message)])
def delete_one_message(here: OpenTopicsHere, message: OpenMessage) -> None:
    """Its place stays; its words and files are seen by nobody, and gone for good after 30 seconds."""
    delete_message(here.session, message)


@pages.post("/topics/{topic_id}/messages/{message_id}/restoration", dependencies=acts(Verb.delete_message))
def create_message_restoration(here: OpenTopicsHere, message: OpenMessage) -> MessageOut:
    """As it was, by whoever deleted it, within 30 seconds."""
    bring_back(here.session, message)
    return message_out(here.session, message)


@pages.get("/topics/{topic_id}/messages/{message_id}/history")
def list_earlier_words(here: TopicsHere, message: CurrentMessage, asked: AskedPage) -> Listed[EarlierOut]:
    query = select(EarlierWords).where(col(EarlierWords.message_id) == message.id)
    rows, after = read_page(here.session, query, col(EarlierWords.replaced_at), col(EarlierWords.id), datetime, asked)
    return asked.listed([EarlierOut(text=one.text, replaced_at=one.replaced_at) for (one,) in rows], after)


@pages.post("/topics/{topic_id}/messages/{message_id}/sharing", status_code=201, dependencies=acts(Verb.share_message))
def create_sharing(
    here: OpenTopicsHere,
    topic: OpenTopic,
    message: OpenMessage,
    response: Response,
    sent: given(ShareMessage),  # type: ignore[valid-type]
) -> MessageOut:
    """The words go to the customer as a new message; this one stays internal."""
    here.session.refresh(message, with_for_update=True)  # no words are shared while they are being deleted
    check_shareable(message)
    words = Words(sent.text, message.stamp, in_spite=sent.in_spite)
    if topic.is_shared:
        return _posted(here, response, post(here.session, topic, words, Audience.shared))
    _, posted = start_topic(here.session, here.escalation, sent.title, Audience.shared, words)
    return _posted(here, response, posted)


@pages.get("/topics/{topic_id}/held")
def list_held(here: TopicsHere, topic: CurrentTopic) -> Listed[MessageOut]:
    """On their way to the customer; always one page."""
    query = select(HeldMessage).where(col(HeldMessage.topic_id) == topic.id).order_by(col(HeldMessage.held_at))
    return Listed(items=held_out(here.session, list(here.session.scalars(query))), next=None)


@pages.delete("/topics/{topic_id}/held/{message_id}", status_code=204, dependencies=[requires(Verb.post_message)])
def delete_held(here: OpenTopicsHere, topic: OpenTopic, message_id: str) -> None:
    """Takes back what has not left."""
    held = find_held(here.session, topic, message_id)
    if held is None:
        find_message(here.session, topic, message_id)
        raise Refused("It has left already: the customer can read it. You can still change or delete it.")
    if take_back(here.session, topic, held) is None:
        raise Refused("It is just leaving. You can still change or delete it in a moment.")


@pages.put("/topics/{topic_id}/reading", status_code=204, dependencies=[requires(Verb.mark_read)])
def update_reading(here: TopicsHere, topic: CurrentTopic, sent: given(ReadUpTo)) -> None:  # type: ignore[valid-type]
    """How far you have read."""
    mark_read(here.session, topic, find_message(here.session, topic, sent.message_id))


@pages.put("/topics/{topic_id}/unread", status_code=204, dependencies=[requires(Verb.mark_read)])
def update_unread(here: TopicsHere, topic: CurrentTopic, sent: given(NewFrom)) -> None:  # type: ignore[valid-type]
    """From this message on all is new to you again."""
    mark_unread(here.session, topic, find_message(here.session, topic, sent.message_id))


@pages.get(
    "/files/{file_id}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)
def show_file(here: CurrentHere, file_id: str) -> Response:
    return hand_out_file(here, file_id)


def _answered(here: Here, topic: Topic, message_id: str) -> Message | None:
    if not message_id:
        return None
    try:
        return find_message(here.session, topic, message_id)
    except NotFound:
        raise Refused("There is no such message in this topic.", "reply_to_id") from None


def _words(sent: Writing, reply_to: Message | None = None) -> Words:
    """The page shows the choice of a next update only beside words for the customer; a program is told."""
    due_at, field = sent.next_update_due_at, "next_update_due_at"
    if due_at and (sent.audience is not Audience.shared or (reply_to and not reply_to.is_shared)):
        raise Refused("Only words for the customer say when they hear next.", field)
    if due_at and due_at <= now():
        raise Refused("Choose a moment for the next update that is still to come.", field)
    return Words(sent.text, sent.stamp, reply_to, in_spite=sent.in_spite, next_update_due_at=due_at)


def _posted(here: Here, response: Response, posted: Posted) -> MessageOut:
    here.session.flush()
    at = f"/api/v1{here.url}/topics/{posted.topic_id}"
    if posted.is_held:
        response.headers["location"] = f"{at}/held"
        return held_out(here.session, [here.session.get_one(HeldMessage, posted.message_id)])[0]
    response.headers["location"] = f"{at}/messages/{posted.message_id}"
    return message_out(here.session, here.session.get_one(Message, posted.message_id))
