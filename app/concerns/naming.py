"""What a concern is called and where it is, for timeline, inbox, mail and links."""

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.concerns.models import Concern
from app.escalations.models import Escalation
from app.timeline.describing import Described, describes


@describes("concern")
def describe_concerns(session: ViewerSession, ids: set[str]) -> dict[str, Described]:
    rows = session.exec(
        select(Concern.id, Concern.words, Escalation.key)
        .join(Escalation, col(Escalation.id) == Concern.escalation_id)
        .where(col(Concern.id).in_(ids))
    )
    return {concern_id: Described(words, concern_url(key, concern_id)) for concern_id, words, key in rows}


def concern_url(key: str, concern_id: str) -> str:
    return f"/escalations/{key}/concerns/{concern_id}"
