"""Recordings that wait for the engine go on by themselves once it is there."""

from datetime import datetime

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.settings import Settings
from app.recordings.hearing.asking import ask_again
from app.recordings.models import Recording, RecordingState
from app.speech.choosing import chosen_engine
from app.speech.engines import engine_report

AT_ONCE = 20


def resume_waiting(session: ViewerSession, settings: Settings, moment: datetime) -> int:
    """The engine is asked before any row is held: a server may take seconds to answer."""
    query = select(Recording).where(Recording.state == RecordingState.waiting_for_model)
    anybody_waits = session.exec(query.limit(1)).first() is not None
    session.commit()
    if not anybody_waits or not engine_report(chosen_engine(settings)).is_ready:
        return 0
    query = query.order_by(col(Recording.created_at)).limit(AT_ONCE)
    waiting = list(session.exec(query.with_for_update(skip_locked=True)))
    for recording in waiting:
        ask_again(session, recording)
    return len(waiting)
