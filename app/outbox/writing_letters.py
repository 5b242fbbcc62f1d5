"""Putting a letter into the outbox, in the transaction of its cause."""

import json
from datetime import datetime

from sqlmodel import select

from app.access.session import ViewerSession
from app.foundation.clock import now
from app.outbox.models import Letter


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
    session.add(letter)
    session.flush()
    return letter
