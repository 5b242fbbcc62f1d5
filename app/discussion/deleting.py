"""Deleting a message, taking that back for a moment, and the end of what was deleted."""

import json
import logging
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from app.access.recognising import viewer_of
from app.access.session import BY_DESIGN, ViewerSession
from app.access.viewer import Viewer
from app.discussion.facts import MessageDeleted, MessageHidden, MessageRestored
from app.discussion.models import RESTORABLE_FOR, DeletedWords, EarlierWords, Message
from app.foundation.clock import SET_BACK, now
from app.foundation.database import put
from app.foundation.refusals import NotAllowed, Refused
from app.people.models import Account, Person
from app.timeline.recording import record
from app.writing.attachments import hide_files, show_files_again
from app.writing.mentions import forget_mentions
from app.writing.models import Mention

log = logging.getLogger("evenkeel.discussion")
MOST_AT_ONCE = 100
GONE = "This message is gone for good. Whoever deletes one can bring it back for 30 seconds, and nobody else can."
HOUSE = {"synchronize_session": False, **BY_DESIGN}  # these rows are in nobody's session: the house moves them


def may_delete(viewer: Viewer, author_id: str, is_guests: bool) -> bool:
    """One's own; managers also what colleagues wrote. Nobody of ours deletes the customer's words."""
    return author_id == viewer.person_id or (viewer.is_manager and not is_guests)


def delete_message(session: ViewerSession, message: Message) -> bool:
    """Its place stays. Its words, earlier words and mentions go where nobody reads them, and its files are handed out no
    more, until the moment is over in which this can be taken back. False where somebody else deleted it before: then it
    is not this person's to bring back."""
    author = session.get(Person, message.author_id)
    if not may_delete(session.viewer, message.author_id, author is None or author.is_guest):
        raise NotAllowed("Only your own messages can be deleted.")
    session.refresh(message, with_for_update=True)  # pressed twice, the second finds it deleted
    if message.deleted_at:
        return _is_mine_to_bring_back(session, message)
    assert session.viewer.person_id
    at = now()
    put(
        session,
        DeletedWords(
            message_id=message.id,
            escalation_id=message.escalation_id,
            person_id=session.viewer.person_id,
            text=message.text,
            stamp=message.stamp,
            earlier=json.dumps(_take_earlier_words(session, message)),
            mentioned=json.dumps(
                [[one.id, one.person_id, str(one.mentioned_at)] for one in _mentions(session, message)]
            ),
            gone_at=at + RESTORABLE_FOR,
        ),
    )
    forget_mentions(session, message)
    hide_files(session, message, until=at + RESTORABLE_FOR)
    message.text, message.stamp, message.deleted_at = "", None, at
    session.add(message)
    record(session, message.escalation_id, MessageHidden(), message, message.audience)
    return True


def _is_mine_to_bring_back(session: ViewerSession, message: Message) -> bool:
    with session.seeing_everything():
        person_id = session.exec(select(DeletedWords.person_id).where(DeletedWords.message_id == message.id)).first()
    return person_id == session.viewer.person_id


def bring_back(session: ViewerSession, message: Message) -> None:
    """By whoever deleted it, and as it was. Whoever removes the kept words restores them, in the same transaction: the end
    of the deletion and this never both happen."""
    session.refresh(message, with_for_update=True)
    if message.deleted_at is None:
        return  # asked twice
    still = col(DeletedWords.gone_at).between(now(), now() + RESTORABLE_FOR + SET_BACK)
    mine = (col(DeletedWords.person_id) == session.viewer.person_id, still)
    kept = session.execute(_taken(message.id).where(*mine), execution_options=HOUSE).first()
    if kept is None:
        raise Refused(GONE)
    text, stamp, earlier, mentioned, gone_at = kept
    message.text, message.stamp, message.deleted_at = text, stamp, None
    session.add(message)
    show_files_again(session, message, until=gone_at)
    _restore(session, [_earlier(message, *one) for one in json.loads(earlier)])
    _restore(session, [_mention(message, *one) for one in json.loads(mentioned)])
    record(session, message.escalation_id, MessageRestored(), message, message.audience)


def end_deletions(session: ViewerSession, at: datetime | None = None) -> int:
    """What is due, or all without a moment, is gone for good and told of; the session is the system's. The words go first:
    what cannot be told of keeps none of them."""
    due = select(DeletedWords.message_id, DeletedWords.person_id).order_by(col(DeletedWords.gone_at))
    if at is not None:
        before_it_was_set_back = col(DeletedWords.gone_at) > at + RESTORABLE_FOR + SET_BACK
        due = due.where((col(DeletedWords.gone_at) <= at) | before_it_was_set_back).limit(MOST_AT_ONCE)
    ended = 0
    for message_id, person_id in session.exec(due).all():
        if session.execute(_taken(message_id), execution_options=HOUSE).first() is None:
            continue  # it was brought back, or another process ends it
        ended += 1
        try:
            with session.begin_nested():
                _tell(session, message_id, person_id)
        except Exception:
            log.exception("the deletion of the message %s could not be told of", message_id)
    return ended


def _tell(session: ViewerSession, message_id: str, person_id: str) -> None:
    message = session.get_one(Message, message_id)
    person, account = session.get_one(Person, person_id), session.get_one(Account, person_id)
    with session.in_the_name_of(viewer_of(person, account)):
        record(session, message.escalation_id, MessageDeleted(), message, message.audience)


def _taken(message_id: str) -> Any:
    kept = (DeletedWords.text, DeletedWords.stamp, DeletedWords.earlier, DeletedWords.mentioned, DeletedWords.gone_at)
    return delete(DeletedWords).where(col(DeletedWords.message_id) == message_id).returning(*map(col, kept))


def _take_earlier_words(session: ViewerSession, message: Message) -> list[list[str]]:
    """A guest's session does not see these rows, and the words are theirs."""
    taken = delete(EarlierWords).where(col(EarlierWords.message_id) == message.id)
    kept = (EarlierWords.id, EarlierWords.text, EarlierWords.replaced_at)
    returned = session.execute(taken.returning(*map(col, kept)), execution_options=HOUSE)
    return [[row_id, text, str(at)] for row_id, text, at in returned]


def _mentions(session: ViewerSession, message: Message) -> list[Mention]:
    return list(session.exec(select(Mention).where(Mention.subject_id == message.id)))


def _restore(session: ViewerSession, rows: list[Any]) -> None:
    if rows:
        put(session, *rows)


def _earlier(message: Message, row_id: str, text: str, at: str) -> EarlierWords:
    return EarlierWords(
        id=row_id,
        escalation_id=message.escalation_id,
        message_id=message.id,
        text=text,
        replaced_at=datetime.fromisoformat(at),
    )


def _mention(message: Message, row_id: str, person_id: str, at: str) -> Mention:
    """Noted as before; nobody is told a second time."""
    return Mention(
        id=row_id,
        escalation_id=message.escalation_id,
        subject_kind=str(Message.__tablename__),
        subject_id=message.id,
        person_id=person_id,
        audience=message.audience,
        mentioned_at=datetime.fromisoformat(at),
    )
