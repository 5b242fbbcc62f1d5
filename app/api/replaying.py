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

ABOUT = re.compile(r"/api/v1/escalations/([^/?]+)(?:.*/messages/([^/?]+)|.*/topics/[^/?]+/(held)$)?")


@dataclass(frozen=True)
class Act:
    """One request that names itself."""

    session: ViewerSession
    token_id: str
    key: str
    asked: str


@dataclass
class AnsweredBefore(Exception):
    status: int
    location: str
    body: str


def kept_answer(act: Act) -> AnsweredBefore | None:
    query = select(col(KeptAnswer.asked), col(KeptAnswer.status), col(KeptAnswer.location), col(KeptAnswer.body)).where(
        col(KeptAnswer.token_id) == act.token_id, col(KeptAnswer.key) == act.key
    )
    with act.session.seeing_everything():
        kept = act.session.execute(query).first()
    if kept is None:
        return None
    asked, status, location, body = kept
    if asked != act.asked:
        raise Problem(422, "This Idempotency-Key was used for something else. Choose a new one.", "key-reused")
    return AnsweredBefore(status, location, body)


def still_there(session: ViewerSession, kept: AnsweredBefore, recording_id: str | None = None) -> None:
    """What the kept answer tells of is still theirs to see, and neither its words nor the recording were deleted."""
    inside = ABOUT.match(kept.location)
    if inside is not None:
        find_escalation(session, inside[1])
        _words_are_there(session, json.loads(kept.body)["id"] if inside[3] else inside[2])
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
        )
    )
    act.session.flush()
