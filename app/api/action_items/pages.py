"""Action items: the list, adding, changing, answering, done and not done after all."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import Query, Response
from sqlalchemy import select
from sqlmodel import col

from app.access.doors import requires
from app.access.participation import Audience
from app.access.permissions import Verb
from app.action_items.adding import add_action
from app.action_items.answering import accept, agree, decline, propose_date
from app.action_items.changing import edit_action, remove, restore
from app.action_items.doors import CurrentAction, OpenAction, RemovedAction
from app.action_items.finishing import finish, reopen
from app.action_items.history import answers_to
from app.action_items.models import ActionItem, ActionState
from app.action_items.owners import owners_for
from app.action_items.sources import find_source
from app.api.action_items.schemas import (
    ActionOut,
    AddAction,
    AnswerOut,
    ChangeAction,
    ProposeDate,
    SayNotMe,
    action_out,
    actions_out,
)
from app.api.doors import ApiPages, acts
from app.api.links import LinksOut, links_out
from app.api.paging import AskedPage, Listed, read_page
from app.api.people import Known
from app.api.reading import IfMatch, given, tag_of, tagged, up_to_date
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.foundation.refusals import Refused

pages = ApiPages(prefix="/escalations/{key}/actions", tags=["action items"])
CHANGES, ANSWERS = [requires(Verb.change_action)], [requires(Verb.answer_action)]
THEY_READ_IT = "This person is at the customer and will read it. Send “audience”: “shared” to say that you mean it."


class Standing(StrEnum):
    open = "open"
    done = "done"
    all = "all"


@pages.get("")
def list_actions(
    here: CurrentHere,
    asked: AskedPage,
    state: Standing = Standing.open,
    owner_id: Annotated[str, Query(max_length=16)] = "",
) -> Listed[ActionOut]:
    """The latest written down first."""
    query = select(ActionItem).where(
        col(ActionItem.escalation_id) == here.escalation.id, col(ActionItem.removed_at).is_(None)
    )
    if state is not Standing.all:
        is_done = col(ActionItem.state) == ActionState.done
        query = query.where(is_done if state is Standing.done else ~is_done)
    if owner_id:
        query = query.where(col(ActionItem.owner_id) == owner_id)
    rows, after = read_page(here.session, query, col(ActionItem.created_at), col(ActionItem.id), datetime, asked)
    return asked.listed(actions_out(here.session, [one for (one,) in rows]), after)


@pages.post("", status_code=201, dependencies=acts(Verb.add_action))
def create_action(here: OpenHere, response: Response, sent: given(AddAction)) -> ActionOut:  # type: ignore[valid-type]
    source = find_source(here.session, here.escalation, sent.source)
    if sent.source and source is None:
        raise Refused("What this came from is not there.", "source")
    _needs_word(here, sent.owner_id, sent.audience)
    action = add_action(
        here.session,
        here.escalation,
        title=sent.title,
        details=sent.details,
        owner_id=sent.owner_id or None,
        due_on=sent.due_on,
        audience=sent.audience,
        source=source,
    )
    response.headers["location"] = f"/api/v1{here.url}/actions/{action.id}"
    return tagged(response, action_out(here.session, action))


@pages.get("/{action_id}")
def show_action(here: CurrentHere, action: CurrentAction, response: Response) -> ActionOut:
    return tagged(response, action_out(here.session, action))


@pages.get("/{action_id}/answers")
def list_answers(here: CurrentHere, action: CurrentAction) -> Listed[AnswerOut]:
    """What was said when somebody was asked; always one page."""
    answers = answers_to(here.session, action)
    known = Known(here.session, [one.person_id for one in answers])
    items = [
        AnswerOut(
            kind=one.kind,
            person=known.person(one.person_id),
            words=one.words,
            proposed_on=one.proposed_on,
            created_at=one.created_at,
        )
        for one in answers
    ]
    return Listed(items=items, next=None)


@pages.get("/{action_id}/links")
def show_links(here: CurrentHere, action: CurrentAction) -> LinksOut:
    """What it was made from, and what came of it."""
    return links_out(here, action)


@pages.patch("/{action_id}", dependencies=CHANGES)
def update_action(
    here: OpenHere,
    action: OpenAction,
    read: IfMatch,
    response: Response,
    sent: given(ChangeAction),  # type: ignore[valid-type]
) -> ActionOut:
    up_to_date(read, tag_of(action_out(here.session, action)))
    owner_id = (sent.owner_id or None) if sent.has("owner_id") else action.owner_id
    audience = sent.audience if sent.has("audience") else action.audience
    _needs_word(here, owner_id or "", audience)
    edit_action(
        here.session,
        here.escalation,
        action,
        title=sent.title if sent.has("title") else action.title,
        details=sent.details if sent.has("details") else action.details,
        owner_id=owner_id,
        due_on=sent.due_on if sent.has("due_on") else action.due_on,
        audience=Audience.shared if action.is_shared else audience,
    )
    return tagged(response, action_out(here.session, action))


@pages.delete("/{action_id}", status_code=204, dependencies=CHANGES)
def delete_action(here: OpenHere, action: OpenAction) -> None:
    """It can be brought back."""
    remove(here.session, here.escalation, action)


@pages.post("/{action_id}/restoration", dependencies=acts(Verb.change_action))
def create_restoration(here: OpenHere, action: RemovedAction) -> ActionOut:
    restore(here.session, here.escalation, action)
    return action_out(here.session, action)


@pages.post("/{action_id}/acceptance", dependencies=acts(Verb.answer_action))
def create_acceptance(here: OpenHere, action: OpenAction) -> ActionOut:
    """Only by its owner."""
    accept(here.session, here.escalation, action)
    return action_out(here.session, action)


@pages.post("/{action_id}/proposal", dependencies=acts(Verb.answer_action))
def create_proposal(here: OpenHere, action: OpenAction, sent: given(ProposeDate)) -> ActionOut:  # type: ignore[valid-type]
    """Another date, only by its owner."""
    propose_date(here.session, here.escalation, action, sent.proposed_on, sent.words)
    return action_out(here.session, action)


@pages.post("/{action_id}/agreement", dependencies=acts(Verb.answer_action))
def create_agreement(here: OpenHere, action: OpenAction) -> ActionOut:
    """To the date that was proposed."""
    agree(here.session, here.escalation, action)
    return action_out(here.session, action)


@pages.post("/{action_id}/refusal", dependencies=acts(Verb.answer_action))
def create_refusal(here: OpenHere, action: OpenAction, sent: given(SayNotMe)) -> ActionOut:  # type: ignore[valid-type]
    """“Not me”, only by its owner: it is nobody's again."""
    decline(here.session, here.escalation, action, sent.words)
    return action_out(here.session, action)


@pages.post("/{action_id}/completion", dependencies=acts(Verb.answer_action))
def create_completion(here: OpenHere, action: OpenAction) -> ActionOut:
    finish(here.session, here.escalation, action)
    return action_out(here.session, action)


@pages.delete("/{action_id}/completion", dependencies=ANSWERS)
def delete_completion(here: OpenHere, action: OpenAction) -> ActionOut:
    """Not done after all."""
    reopen(here.session, here.escalation, action)
    return action_out(here.session, action)


def _needs_word(here: Here, owner_id: str, audience: Audience) -> None:
    """The page asks; a program has to say it."""
    if owner_id and audience is not Audience.shared and owners_for(here.session, here.escalation).is_guest(owner_id):
        raise Refused(THEY_READ_IT, "audience")
