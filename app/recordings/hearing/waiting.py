"""Recordings that wait for the speech model go on by themselves once it is there."""

import logging
from datetime import datetime

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.settings import Settings
from app.recordings.hearing.asking import ask_again
from app.recordings.models import Recording, RecordingState
from app.speech.model_store import ModelUnavailable, find_model

AT_ONCE = 20
log = logging.getLogger(__name__)


def resume_waiting(session: ViewerSession, settings: Settings, moment: datetime) -> int:
    query = select(Recording).where(Recording.state == RecordingState.waiting_for_model)
    query = query.order_by(col(Recording.created_at)).limit(AT_ONCE)
    waiting = list(session.exec(query.with_for_update(skip_locked=True)))
    if not waiting or not _model_is_there(settings):
        return 0
    for recording in waiting:
        ask_again(session, recording)
    return len(waiting)


def _model_is_there(settings: Settings) -> bool:
    try:
        return find_model(settings.data_dir, settings.model_dir) is not None
    except ModelUnavailable as trouble:
        log.debug("%s", trouble)
        return False
