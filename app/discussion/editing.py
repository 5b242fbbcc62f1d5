"""Changing what was posted."""

from app.access.session import ViewerSession
from app.discussion.facts import MessageEdited
from app.discussion.models import LONGEST, EarlierWords, Message
from app.discussion.words import check_links
from app.foundation.clock import now
from app.foundation.refusals import NotAllowed, Refused
from app.timeline.recording import record
from app.writing.attachments import attached_to
from app.writing.mentions import mention


def edit(session: ViewerSession, message: Message, text: str, *, in_spite: bool = False) -> None:
    session.refresh(message, with_for_update=True)  # no words come to one that is being deleted
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
