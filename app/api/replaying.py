"""An act that is sent twice is done once: its answer is kept in the transaction of the act, and given again."""

import json
import re
from dataclasses import dataclass

from fastapi.responses import Response
from sqlalchemy import select
from sqlmodel import col

from app.access.session import ViewerSession
from app.api.models import KeptAnswer
from app.discussion.models import HeldMessage, Message
from app.escalations.doors import find_escalation
from app.foundation.problems import Problem
from app.foundation.refusals import NotFound
from app.recordings.models import Recording

INSIDE = re.compile(r"/api/v1/escalations/([^/?]+)")
MESSAGE = re.compile(r"/api/v1/escalations/[^/?]+/.*(?:/messages/([^/?]+)|/held$)")


@dataclass(frozen=True)
class Act:
    """One request that names itself."""

    session: ViewerSession
    token_id: str
    key: str
    asked: str
    place: str  # its address


@dataclass
class AnsweredBefore(Exception):
    status: int
    location: str
    body: str
    message_id: str | None


def kept_answer(act: Act) -> AnsweredBefore | None:
    told = (KeptAnswer.asked, KeptAnswer.status, KeptAnswer.location, KeptAnswer.body, KeptAnswer.message_id)
    query = select(*map(col, told)).where(col(KeptAnswer.token_id) == act.token_id, col(KeptAnswer.key) == act.key)
    with act.session.seeing_everything():
        kept = act.session.execute(query).first()
    if kept is None:
        return None
    asked, status, location, body, message_id = kept
    if asked != act.asked:
        raise Problem(422, "This Idempotency-Key was used for something else. Choose a new one.", "key-reused")
    return AnsweredBefore(status, location, body, message_id)


def still_there(session: ViewerSession, kept: AnsweredBefore, recording_id: str | None = None) -> None:
    """What the kept answer tells of is still theirs to see, and neither its words nor the recording were deleted."""
    if inside := INSIDE.match(kept.location):
        find_escalation(session, inside[1])
    _words_are_there(session, kept.message_id)
    if recording_id and session.get(Recording, recording_id) is None:
        raise NotFound


def _words_are_there(session: ViewerSession, message_id: str | None) -> None:
    """A message to the customer was answered while it could be taken back, and leaves under the same id."""
    if message_id is None:
        return
    message = session.get(Message, message_id)
    if message.deleted_at if message else session.get(HeldMessage, message_id) is None:
        raise NotFound


def keep_answer(act: Act, response: Response) -> None:
    act.session.add(
        KeptAnswer(
            token_id=act.token_id,
            key=act.key,
            asked=act.asked,
            status=response.status_code,
            location=response.headers.get("location", ""),
            body=bytes(response.body).decode(),
            message_id=_message_of(act, response),
        )
    )
    act.session.flush()


def _message_of(act: Act, response: Response) -> str | None:
    """The message whose words the answer holds: the new one, or the one that was acted on. One that waits to leave has no
    address of its own yet."""
    found = MESSAGE.match(response.headers.get("location", "")) or MESSAGE.match(act.place)
    if found is None:
        return None
    return found[1] or str(json.loads(bytes(response.body))["id"])
