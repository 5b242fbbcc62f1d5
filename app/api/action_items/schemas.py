"""An action item as a program reads it, and what it may send."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.action_items.models import TITLE, WORDS, ActionItem, ActionState, AnswerKind
from app.api.people import Known, PersonOut
from app.api.reading import Given, left_out


class ActionOut(BaseModel):
    id: str
    title: str
    details: str
    owner: PersonOut | None
    due_on: date | None
    state: ActionState
    proposed_due_on: date | None
    audience: Audience
    created_by: PersonOut | None
    created_at: datetime
    done_at: datetime | None
    done_by: PersonOut | None


class AnswerOut(BaseModel):
    """What an owner said when asked."""

    kind: AnswerKind
    person: PersonOut | None
    words: str
    proposed_on: date | None
    created_at: datetime


class AddAction(Given):
    """Given to somebody of the customer it has to be `shared`: they read it."""

    title: str = Field(min_length=3, max_length=TITLE, examples=["Send the log of last night"])
    details: str = Field(default="", max_length=WORDS)
    owner_id: str = Field(default="", max_length=16)
    due_on: date | None = None
    audience: Audience = Audience.internal
    source: str = Field(default="", max_length=60, description="What it came from, such as `concern:0123456789abcdef`.")


class ChangeAction(Given):
    """What is left out stays as it is. What is shared stays shared."""

    title: str = left_out(min_length=3, max_length=TITLE)
    details: str = left_out(max_length=WORDS)
    owner_id: str | None = left_out(max_length=16)
    due_on: date | None = left_out()
    audience: Audience = left_out()


class ProposeDate(Given):
    proposed_on: date
    words: str = Field(min_length=3, max_length=WORDS)


class SayNotMe(Given):
    words: str = Field(default="", max_length=WORDS)


def actions_out(session: ViewerSession, actions: list[ActionItem]) -> list[ActionOut]:
    known = Known(session, [who for one in actions for who in (one.owner_id, one.created_by_id, one.done_by_id)])
    return [_out(known, one) for one in actions]


def action_out(session: ViewerSession, action: ActionItem) -> ActionOut:
    session.flush()
    return actions_out(session, [action])[0]


def _out(known: Known, one: ActionItem) -> ActionOut:
    return ActionOut(
        id=one.id,
        title=one.title,
        details=one.details,
        owner=known.person(one.owner_id),
        due_on=one.due_on,
        state=one.state,
        proposed_due_on=one.proposed_due_on,
        audience=one.audience,
        created_by=known.person(one.created_by_id),
        created_at=one.created_at,
        done_at=one.done_at,
        done_by=known.person(one.done_by_id),
    )
