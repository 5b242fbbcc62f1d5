"""Putting a letter into the outbox, in the transaction of its cause."""

import json
from datetime import datetime

from sqlmodel import select

from app.access.session import ViewerSession
from app.foundation.clock import now
from app.outbox.models import Letter, LetterState
from app.people.models import DemoMark

MADE_UP = "The people of the demo are made up and get no mail."


def write_letter(
    session: ViewerSession,
    recipient_id: str,
    kind: str,
    *,
    about: dict[str, str],
    key: str | None = None,
    due_at: datetime | None = None,
) -> Letter | None:
    """None when a letter with this key was written before."""
    if key is not None:
        with session.seeing_everything():
            if session.exec(select(Letter.id).where(Letter.key == key)).first():
                return None
    letter = Letter(recipient_id=recipient_id, kind=kind, about=json.dumps(about), key=key, due_at=due_at or now())
    if is_made_up(session, recipient_id):
        letter.state, letter.reason = LetterState.suppressed, MADE_UP
    session.add(letter)
    session.flush()
    return letter


def is_made_up(session: ViewerSession, person_id: str) -> bool:
    """Somebody of the demo: their letters are written, so that their links work, and never leave."""
    return session.get(DemoMark, person_id) is not None
