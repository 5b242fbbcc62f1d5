"""The list of actions, one action with what was answered, and the acts on it."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field

from app.access.doors import SharedPages, StaffPages, requires
from app.access.participation import Audience
from app.access.permissions import Verb
from app.action_items import naming
from app.action_items.adding import add_action
from app.action_items.answering import accept, agree, decline, may_agree, propose_date
from app.action_items.changing import edit_action, remove, restore
from app.action_items.doors import CurrentAction, OpenAction, RemovedAction
from app.action_items.facts import ActionAssigned, ActionDeclined, ActionEdited, DateAgreed
from app.action_items.finishing import finish, may_finish, reopen
from app.action_items.history import answers_to
from app.action_items.listing import Show, count_actions, list_actions
from app.action_items.models import TITLE, WORDS, ActionItem
from app.action_items.owners import Owners, owners_for
from app.action_items.sources import Source, find_source, source_of
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import Refused
from app.people.naming import names_of
from app.sign_in.links import is_local
from app.timeline.meanwhile import Standing, keep_both
from app.timeline.reading import about, sentences

AT = "/escalations/{key}/actions"
staff = StaffPages(prefix=AT)
shared = SharedPages(prefix=AT)

CHANGES = [requires(Verb.change_action)]
ANSWERS = [requires(Verb.answer_action)]
Back = Annotated[str, Query(alias="next", max_length=500)]  # an undo has no fields of its own


class WriteAction(Form):
    title: str = Field(min_length=3, max_length=TITLE)
    details: str = Field(default="", max_length=WORDS)
    owner_id: str = Field(default="", max_length=16)
    due_on: date | None = None
    audience: Audience = Audience.internal
    confirmed: str = Field(default="", max_length=3)
    source: str = Field(default="", max_length=60)


class ProposeDate(Form):
    proposed_on: date
    words: str = Field(min_length=3, max_length=WORDS)


class SayNotMe(Form):
    words: str = Field(default="", max_length=WORDS)


class ComeBack(Form):
    next: str = Field(default="", max_length=500)


@shared.get("")
def list_all_actions(
    here: CurrentHere, show: Show = Show.open, after: Annotated[str, Query(max_length=80)] = ""
) -> Response:
    found = list_actions(here.session, here.escalation, show, after)
    tickable = (
        {row.id for row in found.rows if may_finish(here.session, row)} if here.may(Verb.answer_action) else set()
    )
    counts = count_actions(here.session, here.escalation)
    return here.show(
        "action_items/index.html", rows=found.rows, older=found.older, shown=show, counts=counts, tickable=tickable
    )


@shared.get("/new")
def show_new_action(
    here: OpenHere,
    source: Annotated[str, Query(alias="from", max_length=60)] = "",
    owner: Annotated[str, Query(max_length=16)] = "",
    back: Back = "",
) -> Response:
    """`next` is where one goes on afterwards, as a meeting does."""
    return _write_page(here, None, find_source(here.session, here.escalation, source), chosen=owner, back=back)


@shared.post("", dependencies=[requires(Verb.add_action)])
def create_action(here: OpenHere, form: filled(WriteAction)) -> Response:  # type: ignore[valid-type]
    source = find_source(here.session, here.escalation, form.typed.get("source", ""))
    if not form.ok or _needs_word(here, None, form.value):
        return _write_page(here, form, source)
    given = form.value
    try:
        action = add_action(
            here.session,
            here.escalation,
            title=given.title,
            details=given.details,
            owner_id=given.owner_id or None,
            due_on=given.due_on,
            audience=given.audience,
            source=source,
        )
    except Refused as refusal:
        return _write_page(here, form.refused(refusal), source)
    back = form.typed.get("next", "")
    goes_on = is_local(back) and back.startswith(f"{here.url}/")
    return here.go(back.removeprefix(here.url) if goes_on else f"/actions/{action.id}", "Action written down")


@shared.get("/{action_id}")
def show_action(here: CurrentHere, action: CurrentAction) -> Response:
    return _action_page(here, action)


@staff.get("/{action_id}/edit")
def show_action_edit(here: OpenHere, action: OpenAction) -> Response:
    return _write_page(here, None, None, action)


@staff.post("/{action_id}", dependencies=CHANGES)
def update_action(here: OpenHere, action: OpenAction, form: filled(WriteAction)) -> Response:  # type: ignore[valid-type]
    form = keep_both(here.session, form, action, lambda: _stands(here, action))
    if not form.ok or _needs_word(here, action, form.value):
        return _write_page(here, form, None, action)
    given = form.value
    try:
        edit_action(
            here.session,
            here.escalation,
            action,
            title=given.title,
            details=given.details,
            owner_id=given.owner_id or None,
            due_on=given.due_on,
            audience=given.audience,
        )
    except Refused as refusal:
        return _write_page(here, form.refused(refusal), None, action)
    return here.go(f"/actions/{action.id}", "Action saved")


@shared.post("/{action_id}/acceptance", dependencies=ANSWERS)
def create_acceptance(here: OpenHere, action: OpenAction, form: filled(ComeBack), back: Back = "") -> Response:  # type: ignore[valid-type]
    accept(here.session, here.escalation, action)
    return _go_back(here, action, form, back, "Accepted")


@shared.post("/{action_id}/proposal", dependencies=ANSWERS)
def create_proposal(here: OpenHere, action: OpenAction, form: filled(ProposeDate)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _action_page(here, action, proposal=form)
    try:
        propose_date(here.session, here.escalation, action, form.value.proposed_on, form.value.words)
    except Refused as refusal:
        return _action_page(here, action, proposal=form.refused(refusal))
    return here.go(f"/actions/{action.id}", "Proposed. Whoever asked is told.")


@shared.post("/{action_id}/agreement", dependencies=ANSWERS)
def create_agreement(here: OpenHere, action: OpenAction, form: filled(ComeBack), back: Back = "") -> Response:  # type: ignore[valid-type]
    agree(here.session, here.escalation, action)
    return _go_back(here, action, form, back, "Agreed to the proposed date")


@shared.post("/{action_id}/refusal", dependencies=ANSWERS)
def create_refusal(here: OpenHere, action: OpenAction, form: filled(SayNotMe)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _action_page(here, action, refusal=form)
    decline(here.session, here.escalation, action, form.value.words)
    return here.go(f"/actions/{action.id}", "It is not yours any more. Whoever asked is told.")


@shared.post("/{action_id}/completion", dependencies=ANSWERS)
def create_completion(here: OpenHere, action: OpenAction, form: filled(ComeBack), back: Back = "") -> Response:  # type: ignore[valid-type]
    finish(here.session, here.escalation, action)
    at = f"{here.url}/actions/{action.id}"
    undo = f"{at}/reopening?next={quote(_wanted(form, back) or at, safe='/')}"
    return _go_back(here, action, form, back, f"Done: {action.title}", undo)


@shared.post("/{action_id}/reopening", dependencies=ANSWERS)
def create_reopening(here: OpenHere, action: OpenAction, form: filled(ComeBack), back: Back = "") -> Response:  # type: ignore[valid-type]
    reopen(here.session, here.escalation, action)
    return _go_back(here, action, form, back, f"Open again: {action.title}")


@staff.post("/{action_id}/removal", dependencies=CHANGES)
def create_removal(here: OpenHere, action: OpenAction) -> Response:
    remove(here.session, here.escalation, action)
    return here.go("/actions", f"Removed: {action.title}", undo=f"{here.url}/actions/{action.id}/restoration")


@staff.post("/{action_id}/restoration", dependencies=CHANGES)
def create_restoration(here: OpenHere, action: RemovedAction) -> Response:
    restore(here.session, here.escalation, action)
    return here.go(f"/actions/{action.id}", f"Back again: {action.title}")


# ----------------------------------------------------------------------------------------------------------------------


def _needs_word(here: Here, action: ActionItem | None, given: WriteAction) -> bool:
    """A guest is chosen for what is internal so far, and nobody has said yet that the customer may read it."""
    if here.viewer.is_guest or given.audience is Audience.shared or given.confirmed or (action and action.is_shared):
        return False
    return owners_for(here.session, here.escalation).is_guest(given.owner_id)


def _write_page(
    here: Here,
    form: Filled[WriteAction] | None,
    source: Source | None,
    action: ActionItem | None = None,
    chosen: str = "",
    back: str = "",
) -> Response:
    owners = owners_for(here.session, here.escalation)
    wanted = form.typed.get("owner_id", "") if form else ""
    return here.show(
        "action_items/edit.html" if action else "action_items/new.html",
        422 if form else 200,
        form=form,
        action=action,
        was=_stands(here, action).was if action else "",
        source=source,
        back=form.typed.get("next", "") if form else back,
        owners=_choices(here, owners, action),
        chosen=chosen,
        confirming=dict(owners.guests)[wanted] if form and form.ok and owners.is_guest(wanted) else "",
        chooses_audience=here.viewer.is_staff and not (action and action.is_shared),
    )


def _stands(here: Here, action: ActionItem) -> Standing:
    """What the form for editing is made of."""
    values = {
        "title": action.title,
        "details": action.details,
        "owner_id": action.owner_id or "",
        "due_on": action.due_on,
    }
    facts = (ActionEdited, ActionAssigned, ActionDeclined, DateAgreed)
    return Standing(action, values, facts, {"owner_id": lambda owner: names_of(here.session, {owner}).get(owner, "")})


def _choices(here: Here, owners: Owners, action: ActionItem | None) -> list[tuple[str, ...]]:
    """The customer's people are marked as such; an owner who has left meanwhile stays until somebody else is chosen."""
    theirs = [(person_id, f"{name}, {here.head.customer.name}", "guest") for person_id, name in owners.guests]
    choices = [*owners.colleagues, *theirs]
    if action and action.owner_id and action.owner_id not in owners:
        names = names_of(here.session, {action.owner_id})
        choices.append((action.owner_id, f"{names.get(action.owner_id, 'Somebody')}, no longer here"))
    return choices


def _action_page(
    here: Here,
    action: ActionItem,
    proposal: Filled[ProposeDate] | None = None,
    refusal: Filled[SayNotMe] | None = None,
) -> Response:
    session, answers = here.session, answers_to(here.session, action)
    people = {action.owner_id, action.created_by_id, action.done_by_id, *(answer.person_id for answer in answers)}
    answerable = here.may(Verb.answer_action) and not action.is_done
    context: dict[str, Any] = {
        "answers": answers,
        "names": names_of(session, {person for person in people if person}),
        "source": source_of(session, action),
        "history": sentences(session, about(session, action.id)),
        "may_answer": answerable and action.owner_id is not None and action.owner_id == here.viewer.person_id,
        "may_agree": answerable and action.proposed_due_on is not None and may_agree(session, action),
        "may_finish": here.may(Verb.answer_action) and may_finish(session, action),
        "is_late": action.is_overdue(here.viewer.zone),
    }
    failed = proposal or refusal
    return here.show(
        "action_items/show.html", 422 if failed else 200, action=action, proposal=proposal, refusal=refusal, **context
    )


def _go_back(
    here: Here, action: ActionItem, form: Filled[ComeBack], back: str, said: str, undo: str | None = None
) -> Response:
    """To where the button was, so that boxes can be ticked on any page."""
    return here.page.go(_wanted(form, back) or f"{here.url}/actions/{action.id}", said, undo)


def _wanted(form: Filled[ComeBack], back: str) -> str:
    wanted = (form.given.next if form.given else "") or back
    return wanted if is_local(wanted) else ""


__all__ = ["naming", "shared", "staff"]
