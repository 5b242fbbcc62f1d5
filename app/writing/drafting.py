"""Keeping what somebody has typed until it is sent. Only its author's session ever sees it."""

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from app.access.limiting import ME
from app.access.session import BY_DESIGN, ViewerSession
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.writing.models import Draft

LONGEST = 100_000  # characters of one draft, all its fields together
MOST = 60  # drafts of one person in one escalation; the oldest gives way
KEPT_FOR = timedelta(days=60)


def keep_draft(session: ViewerSession, escalation_id: str, place: str, words: dict[str, str]) -> None:
    """What was kept for this place before is replaced; no words at all forget it."""
    if not words:
        return forget_draft(session, escalation_id, place)
    kept = json.dumps(words, ensure_ascii=False)
    if len(kept) > LONGEST:
        raise Refused("This is too long to be kept as a draft.")
    if _replace(session, escalation_id, place, kept):
        return None
    assert session.viewer.person_id
    _make_room(session, escalation_id)
    draft = Draft(person_id=session.viewer.person_id, escalation_id=escalation_id, place=place, words=kept)
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:
        _replace(session, escalation_id, place, kept)  # another window of theirs was quicker
    return None


def forget_draft(session: ViewerSession, escalation_id: str, place: str) -> None:
    """It was sent, or emptied."""
    session.flush()
    given = {ME: session.viewer.person_id, "in_escalation": escalation_id, "at_place": place}
    session.connection().execute(_forgotten(), given)


def read_draft(session: ViewerSession, escalation_id: str, place: str) -> tuple[dict[str, str], datetime] | None:
    draft = _own(session, escalation_id, place)
    return (json.loads(draft.words), draft.saved_at) if draft else None


def sweep_old_drafts(session: ViewerSession, at: datetime) -> int:
    """The session is the system's: nobody goes on with these."""
    old = delete(Draft).where(col(Draft.saved_at) < at - KEPT_FOR).execution_options(**BY_DESIGN)
    return int(session.execute(old).rowcount)  # type: ignore[attr-defined]


def _own(session: ViewerSession, escalation_id: str, place: str) -> Draft | None:
    return session.get(Draft, (session.viewer.person_id, escalation_id, place))


@cache
def _forgotten() -> Any:
    mine = col(Draft.person_id) == bindparam(ME)
    return delete(Draft).where(
        mine, col(Draft.escalation_id) == bindparam("in_escalation"), col(Draft.place) == bindparam("at_place")
    )


def _replace(session: ViewerSession, escalation_id: str, place: str, kept: str) -> bool:
    draft = _own(session, escalation_id, place)
    if draft is None:
        return False
    draft.words, draft.saved_at = kept, now()
    session.add(draft)
    return True


def _make_room(session: ViewerSession, escalation_id: str) -> None:
    query = select(Draft).where(Draft.person_id == session.viewer.person_id, Draft.escalation_id == escalation_id)
    for old in session.exec(query.order_by(col(Draft.saved_at).desc())).all()[MOST - 1 :]:
        session.delete(old)
