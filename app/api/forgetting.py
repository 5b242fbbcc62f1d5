"""Answers kept for repeated requests go after a day, and the words in them with the message they are of."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import col, exists

from app.access.session import ViewerSession
from app.api.models import KeptAnswer
from app.discussion.models import DeletedWords, HeldMessage, Message

KEPT_FOR = timedelta(hours=24)


def forget_answers(session: ViewerSession, now: datetime) -> None:
    session.execute(delete(KeptAnswer).where(col(KeptAnswer.answered_at) < now - KEPT_FOR))


def forget_words(session: ViewerSession) -> None:
    """Of messages that are gone for good, and of those that were taken back. The answer itself stays: without it the same
    request, sent again, would post once more."""
    message_id = col(KeptAnswer.message_id)
    is_there = exists().where(col(Message.id) == message_id, col(Message.deleted_at).is_(None))
    may_return = exists().where(col(DeletedWords.message_id) == message_id)
    is_held = exists().where(col(HeldMessage.id) == message_id)
    of_gone = (message_id.is_not(None), col(KeptAnswer.body) != "", ~is_there, ~may_return, ~is_held)
    session.execute(update(KeptAnswer).where(*of_gone).values(body="").execution_options(synchronize_session=False))
