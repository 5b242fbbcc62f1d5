"""What was answered about one action, in order, with names."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import col

from app.access.session import ViewerSession
from app.action_items.models import ActionAnswer, ActionItem, AnswerKind

SAYS = {
    AnswerKind.accepted: "accepted",
    AnswerKind.proposed: "proposed another date",
    AnswerKind.declined: "said “not me”",
    AnswerKind.agreed: "agreed to the date",
}


class Answer(NamedTuple):
    person_id: str
    kind: AnswerKind
    proposed_on: date | None
    words: str
    created_at: datetime

    @property
    def says(self) -> str:
        return SAYS[self.kind]


def answers_to(session: ViewerSession, action: ActionItem) -> list[Answer]:
    columns: list[Any] = [
        ActionAnswer.person_id,
        ActionAnswer.kind,
        ActionAnswer.proposed_on,
        ActionAnswer.words,
        ActionAnswer.created_at,
    ]
    query = select(*columns).where(
        col(ActionAnswer.action_id) == action.id, col(ActionAnswer.escalation_id) == action.escalation_id
    )
    return [Answer(*row) for row in session.execute(query.order_by(col(ActionAnswer.created_at)))]
