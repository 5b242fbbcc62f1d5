"""What one does with a message: post it, change it, delete it, take it back, share it."""

from typing import Annotated, Any

from fastapi import Depends
from fastapi.responses import Response
from sqlmodel import col, select

from app.access.doors import SharedPages, StaffPages, requires
from app.access.participation import Audience
from app.access.permissions import Verb
from app.discussion.composing import Post, composer_for, gather, guest_names, send_label_for, words_of
from app.discussion.deleting import bring_back, delete_message, may_delete
from app.discussion.doors import (
    CurrentMessage,
    CurrentTopic,
    OpenMessage,
    OpenTopic,
    OpenTopicsHere,
    TopicsHere,
    Whole,
    show_topic,
)
from app.discussion.editing import edit
from app.discussion.finding import find_held
from app.discussion.models import LONGEST, EarlierWords, Message, Topic
from app.discussion.naming import message_url
from app.discussion.pages import go_to_posted
from app.discussion.posting import post
from app.discussion.releasing import take_back
from app.discussion.starting import start_topic
from app.discussion.words import Words, check_shareable
from app.discussion.words_back import place_of
from app.escalations.doors import Here
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import NotAllowed, NotFound, Refused
from app.people.models import Person
from app.writing.attachments import kept_files
from app.writing.drafting import read_draft

staff = StaffPages(prefix="/escalations/{key}/discussion/{topic_id}")
shared = SharedPages(prefix="/escalations/{key}/discussion/{topic_id}")


class Wording(Form):
    text: str = ""
    title: str = ""
    client_id: str = ""
    in_spite: bool = False


@shared.post("/messages", dependencies=[requires(Verb.post_message)])
def add_message(here: OpenTopicsHere, topic: OpenTopic, form: filled(Post), whole: Whole = False) -> Response:  # type: ignore[valid-type]
    form, kept = gather(here, form)
    if form.ok:
        given = form.value
        try:
            posted = post(here.session, topic, words_of(here, topic, given, kept), given.audience)
            return go_to_posted(here, topic.id, posted, whole=whole)
        except Refused as refusal:
            form = form.refused(refusal)
    return show_topic(here, topic, form, status=422, kept=kept, whole=whole)


def own_message(here: OpenTopicsHere, message: OpenMessage) -> Message:
    if message.author_id != here.viewer.person_id or message.deleted_at:
        raise NotAllowed("Only your own messages can be changed.")
    return message


OwnMessage = Annotated[Message, Depends(own_message)]


@shared.get("/messages/{message_id}/edit")
def show_edit(here: OpenTopicsHere, topic: OpenTopic, message: OwnMessage) -> Response:
    return _edit_page(here, topic, message, None)


@shared.post("/messages/{message_id}", dependencies=[requires(Verb.edit_own_message)])
def change_message(here: OpenTopicsHere, topic: OpenTopic, message: OwnMessage, form: filled(Wording)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _edit_page(here, topic, message, form)
    try:
        edit(here.session, message, form.value.text, in_spite=form.value.in_spite)
    except Refused as refusal:
        return _edit_page(here, topic, message, form.refused(refusal))
    return _go_to(here, message, "Changed")


@shared.get("/messages/{message_id}/removal")
def ask_before_removal(here: OpenTopicsHere, topic: OpenTopic, message: OpenMessage) -> Response:
    author = here.session.get(Person, message.author_id)
    if message.deleted_at or not may_delete(here.viewer, message.author_id, author is None or author.is_guest):
        raise NotAllowed("Only your own messages can be deleted.")
    return here.show("discussion/removal.html", topic=topic, message=message, author=author)


@shared.post("/messages/{message_id}/removal", dependencies=[requires(Verb.delete_message)])
def remove_message(here: OpenTopicsHere, message: OpenMessage) -> Response:
    if not delete_message(here.session, message):
        return _go_to(here, message, "It was deleted already")
    said = "Deleted. Its place stays; its words and files are gone for good in 30 seconds."
    return _go_to(
        here, message, said, undo=f"{here.url}/discussion/{message.topic_id}/messages/{message.id}/restoration"
    )


@shared.post("/messages/{message_id}/restoration", dependencies=[requires(Verb.delete_message)])
def restore_message(here: OpenTopicsHere, message: OpenMessage) -> Response:
    try:
        bring_back(here.session, message)
    except Refused as refusal:
        return _go_to(here, message, refusal.sentence)
    return _go_to(here, message, "It is there again")


@staff.get("/messages/{message_id}/history")
def show_history(here: TopicsHere, topic: CurrentTopic, message: CurrentMessage) -> Response:
    earlier = select(EarlierWords).where(EarlierWords.message_id == message.id)
    words = here.session.exec(earlier.order_by(col(EarlierWords.replaced_at).desc(), col(EarlierWords.id))).all()
    return here.show("discussion/history.html", topic=topic, message=message, earlier=words)


@staff.get("/messages/{message_id}/sharing")
def show_sharing(here: OpenTopicsHere, topic: OpenTopic, message: OpenMessage) -> Response:
    return _sharing_page(here, topic, message, None)


@staff.post("/messages/{message_id}/sharing", dependencies=[requires(Verb.share_message)])
def share_message(here: OpenTopicsHere, topic: OpenTopic, message: OpenMessage, form: filled(Wording)) -> Response:  # type: ignore[valid-type]
    """The words are copied, as they were changed here, into a new message to the customer; this one stays internal."""
    if not form.ok:
        return _sharing_page(here, topic, message, form)
    here.session.refresh(message, with_for_update=True)  # no words are shared while they are being deleted
    check_shareable(message)
    given = form.value
    words = Words(given.text, message.stamp, client_id=given.client_id[:32], in_spite=given.in_spite)
    try:
        if topic.is_shared:
            return go_to_posted(here, topic.id, post(here.session, topic, words, Audience.shared))
        new_id, posted = start_topic(here.session, here.escalation, given.title, Audience.shared, words)
        return go_to_posted(here, new_id, posted)
    except Refused as refusal:
        return _sharing_page(here, topic, message, form.refused(refusal))


@staff.get("/held/{message_id}/taking-back")
def return_to_topic(here: TopicsHere, topic: CurrentTopic) -> Response:
    """Where a reload lands after something was taken back: its words are a draft by then."""
    return _draft_page(here, topic) or here.go(f"/discussion/{topic.id}")


@staff.post("/held/{message_id}/taking-back", dependencies=[requires(Verb.post_message)])
def take_message_back(here: OpenTopicsHere, topic: OpenTopic, message_id: str) -> Response:
    held = find_held(here.session, topic, message_id)
    back = take_back(here.session, topic, held) if held else None
    if back is None and here.session.get(Message, message_id) is not None:
        sentence = "It has left already: the customer can read it. You can still change or delete it."
        return here.page.go(message_url(here.escalation.key, topic.id, message_id), sentence)
    if back is None:  # taken back a moment ago, by another click or before the line broke
        page = _draft_page(here, topic)
        if page is None:
            raise NotFound
        return page
    form = Filled[Any](back.words)
    if "title" in back.words:
        composer = composer_for(here, True, form, back.files, chosen=Audience.shared)
        return here.show("discussion/new.html", form=form, title=back.words["title"], composer=composer)
    return show_topic(here, topic, form, kept=back.files, chosen=_audience(back.words))


def _draft_page(here: Here, topic: Topic) -> Response | None:
    """The topic with what its reader has typed there in the box, for those without scripts too."""
    found = read_draft(here.session, here.escalation.id, place_of(topic.id, here.escalation.id))
    if found is None:
        return None
    words, _ = found
    files = kept_files(here.session, here.escalation.id, words.get("kept", "").split())
    return show_topic(here, topic, Filled[Any](words), kept=files, chosen=_audience(words))


def _audience(words: dict[str, str]) -> Audience:
    return Audience.shared if words.get("audience") == Audience.shared else Audience.internal


def _edit_page(here: Here, topic: Topic, message: Message, form: Any) -> Response:
    status = 422 if form else 200
    return here.show("discussion/edit.html", status, topic=topic, message=message, form=form, longest=LONGEST)


def _sharing_page(here: Here, topic: Topic, message: Message, form: Any) -> Response:
    check_shareable(message)
    return here.show(
        "discussion/sharing.html",
        422 if form else 200,
        topic=topic,
        message=message,
        form=form,
        readers=guest_names(here),
        composer=composer_for(here, True, form),
        send_label=send_label_for(here),
    )


def _go_to(here: Here, message: Message, said: str, undo: str | None = None) -> Response:
    return here.go(message_url(here.escalation.key, message.topic_id, message.id).removeprefix(here.url), said, undo)
