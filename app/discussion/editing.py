"""Changing and deleting what was posted."""

from sqlalchemy import delete
from sqlmodel import col

from app.access.session import BY_DESIGN, ViewerSession
from app.access.viewer import Viewer
from app.discussion.facts import MessageDeleted, MessageEdited
from app.discussion.models import LONGEST, EarlierWords, Message
from app.discussion.words import check_links
from app.foundation.clock import now
from app.foundation.refusals import NotAllowed, Refused
from app.people.models import Person
from app.timeline.recording import record
from app.writing.attachments import attached_to, remove_files
from app.writing.mentions import forget_mentions, mention


def edit(session: ViewerSession, message: Message, text: str, *, in_spite: bool = False) -> None:
    if message.author_id != session.viewer.person_id or message.deleted_at:
        raise NotAllowed("Only your own messages can be changed.")
    if not text and not attached_to(session, message):
        raise Refused("Write something, or delete the message.", "text")
    if len(text) > LONGEST:
        raise Refused(f"This is too long: at most {LONGEST} characters.", "text")
    if text == message.text:
        return
    if message.is_shared and not session.viewer.is_guest and not in_spite:
        check_links(session, message.escalation_id, text)
    session.add(EarlierWords(escalation_id=message.escalation_id, message_id=message.id, text=message.text))
    message.text, message.edited_at = text, now()
    session.add(message)
    record(session, message.escalation_id, MessageEdited(), message, message.audience)
    mention(session, message.escalation_id, message, text, message.audience)


def may_delete(viewer: Viewer, author_id: str, is_guests: bool) -> bool:
    """One's own; managers also what colleagues wrote. Nobody of ours deletes the customer's words."""
    return author_id == viewer.person_id or (viewer.is_manager and not is_guests)


def delete_message(session: ViewerSession, message: Message) -> None:
    """Its place stays; its words, earlier words, files and mentions do not."""
    author = session.get(Person, message.author_id)
    if not may_delete(session.viewer, message.author_id, author is None or author.is_guest):
        raise NotAllowed("Only your own messages can be deleted.")
    if message.deleted_at:
        return
    message.text, message.stamp, message.deleted_at = "", None, now()
    session.add(message)
    remove_files(session, message)
    forget_mentions(session, message)
    _forget_earlier_words(session, message)
    record(session, message.escalation_id, MessageDeleted(), message, message.audience)


def _forget_earlier_words(session: ViewerSession, message: Message) -> None:
    """A guest's session does not see these rows, and the words are theirs: the house removes them."""
    session.execute(
        delete(EarlierWords)
        .where(col(EarlierWords.message_id) == message.id)
        .execution_options(synchronize_session=False, **BY_DESIGN)
    )
