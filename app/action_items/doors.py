"""The action a request is about, looked up inside the escalation its address names."""

from typing import Annotated

from fastapi import Depends
from sqlmodel import col, select

from app.access.session import ViewerSession
from app.action_items.models import ActionItem
from app.escalations.doors import CurrentHere, OpenHere
from app.escalations.models import Escalation
from app.foundation.refusals import NotFound


def find_action(session: ViewerSession, escalation: Escalation, action_id: str, *, removed: bool = False) -> ActionItem:
    gone = col(ActionItem.removed_at)
    found = session.exec(
        select(ActionItem).where(
            ActionItem.id == action_id,
            ActionItem.escalation_id == escalation.id,
            gone.is_not(None) if removed else gone.is_(None),
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def action_from_path(action_id: str, here: CurrentHere) -> ActionItem:
    return find_action(here.session, here.escalation, action_id)


def open_action_from_path(action_id: str, here: OpenHere) -> ActionItem:
    return find_action(here.session, here.escalation, action_id)


def removed_action_from_path(action_id: str, here: OpenHere) -> ActionItem:
    return find_action(here.session, here.escalation, action_id, removed=True)


CurrentAction = Annotated[ActionItem, Depends(action_from_path)]
OpenAction = Annotated[ActionItem, Depends(open_action_from_path)]
RemovedAction = Annotated[ActionItem, Depends(removed_action_from_path)]
