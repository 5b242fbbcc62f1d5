"""Answers kept for repeated requests go after a day."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col

from app.access.session import ViewerSession
from app.api.models import KeptAnswer

KEPT_FOR = timedelta(hours=24)


def forget_answers(session: ViewerSession, now: datetime) -> None:
    session.execute(delete(KeptAnswer).where(col(KeptAnswer.answered_at) < now - KEPT_FOR))
