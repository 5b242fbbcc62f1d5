"""Escalations: the list, opening one, its vitals, closing and reopening, restricting."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query, Response
from sqlmodel import col

from app.access.doors import CurrentPage, requires
from app.access.permissions import Verb
from app.api.doors import ApiPages, acts
from app.api.escalations.schemas import (
    ChangeEscalation,
    EscalationOut,
    OpenEscalation,
    escalation_out,
    escalation_rows,
    escalations_out,
)
from app.api.paging import AskedPage, Listed, read_page
from app.api.reading import IfMatch, given, tag_of, tagged, up_to_date
from app.escalations.doors import CurrentHere, Here, OpenHere, open_here_from_path
from app.escalations.models import Escalation, Severity
from app.escalations.opening import close, open_escalation, reopen
from app.escalations.vitals import changing, handing_over, steering
from app.escalations.vitals.handing_over import active_colleague
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.people.models import Customer, Team
from app.workspace.customers.keeping import add_customer

pages = ApiPages(tags=["escalations"])
RESTRICTS = Depends(open_here_from_path)  # found first: what cannot be seen is not there, whatever the role


class Standing(StrEnum):
    open = "open"
    closed = "closed"
    all = "all"


Id = Annotated[str, Query(max_length=16)]


@pages.get("/escalations")
def list_escalations(
    page: CurrentPage,
    asked: AskedPage,
    state: Standing = Standing.open,
    severity: Severity | None = None,
    customer_id: Id = "",
    owner_id: Id = "",
) -> Listed[EscalationOut]:
    """Those you see, the latest opened first."""
    query, closed = escalation_rows(), col(Escalation.closed_at)
    if state is not Standing.all:
        query = query.where(closed.is_(None) if state is Standing.open else closed.is_not(None))
    for column, wanted in (
        (Escalation.severity, severity),
        (Escalation.customer_id, customer_id),
        (Escalation.owner_id, owner_id),
    ):
        if wanted:
            query = query.where(col(column) == wanted)
    rows, after = read_page(page.session, query, col(Escalation.opened_at), col(Escalation.id), datetime, asked)
    return asked.listed(escalations_out(page.session, rows), after)


@pages.post("/escalations", status_code=201, dependencies=acts(Verb.open_escalation))
def create_escalation(page: CurrentPage, response: Response, sent: given(OpenEscalation)) -> EscalationOut:  # type: ignore[valid-type]
    """The customer is told nothing until somebody invites them."""
    session = page.session
    if sent.next_update_due_at and sent.next_update_due_at <= now():
        raise Refused("Choose a moment that is still to come.", "next_update_due_at")
    if sent.team_id and session.get(Team, sent.team_id) is None:
        raise Refused("Choose one of the teams.", "team_id")
    owner = active_colleague(session, sent.owner_id or page.viewer.person_id or "", "owner_id")
    escalation = open_escalation(
        session,
        _customer(page, sent),
        title=sent.title,
        severity=sent.severity,
        owner=owner,
        team_id=sent.team_id or None,
        next_update_due_at=sent.next_update_due_at,
    )
    response.headers["location"] = f"/api/v1/escalations/{escalation.key}"
    return tagged(response, escalation_out(session, escalation))


@pages.get("/escalations/{key}")
def show_escalation(here: CurrentHere, response: Response) -> EscalationOut:
    return tagged(response, escalation_out(here.session, here.escalation))


@pages.patch("/escalations/{key}", dependencies=[requires(Verb.edit_escalation)])
def update_escalation(
    here: OpenHere,
    read: IfMatch,
    response: Response,
    sent: given(ChangeEscalation),  # type: ignore[valid-type]
) -> EscalationOut:
    up_to_date(read, tag_of(escalation_out(here.session, here.escalation)))
    _change_shared(here, sent)
    _change_inside(here, sent)
    return tagged(response, escalation_out(here.session, here.escalation))


@pages.post("/escalations/{key}/closure", dependencies=acts(Verb.close_escalation))
def create_closure(here: CurrentHere) -> EscalationOut:
    close(here.session, here.escalation)
    return escalation_out(here.session, here.escalation)


@pages.delete("/escalations/{key}/closure", dependencies=[requires(Verb.close_escalation)])
def delete_closure(here: CurrentHere) -> EscalationOut:
    """Opens it again."""
    reopen(here.session, here.escalation)
    return escalation_out(here.session, here.escalation)


@pages.post("/escalations/{key}/restriction", dependencies=[RESTRICTS, *acts(Verb.restrict_escalation)])
def create_restriction(here: OpenHere) -> EscalationOut:
    """From now on its participants alone see it, and managers."""
    steering.restrict(here.session, here.escalation)
    return escalation_out(here.session, here.escalation)


@pages.delete("/escalations/{key}/restriction", dependencies=[RESTRICTS, requires(Verb.restrict_escalation)])
def delete_restriction(here: OpenHere) -> EscalationOut:
    steering.lift_restriction(here.session, here.escalation)
    return escalation_out(here.session, here.escalation)


def _customer(page: CurrentPage, sent: OpenEscalation) -> Customer:
    if bool(sent.customer_id) == bool(sent.customer_name):
        raise Refused("Name a customer by id, or a new one by name.", "customer_id")
    if sent.customer_name:
        return add_customer(page.session, sent.customer_name, field="customer_name")
    customer = page.session.get(Customer, sent.customer_id)
    if customer is None:
        raise Refused("There is no such customer.", "customer_id")
    return customer


def _change_shared(here: Here, sent: ChangeEscalation) -> None:
    session, escalation = here.session, here.escalation
    if sent.has("title"):
        changing.change_title(session, escalation, sent.title)
    if sent.has("severity"):
        changing.change_severity(session, escalation, sent.severity)
    if sent.has("customer_state", "doing_now"):
        state = sent.customer_state if sent.has("customer_state") else escalation.customer_state
        doing_now = sent.doing_now if sent.has("doing_now") else escalation.doing_now
        changing.say_where_it_stands(session, escalation, state, doing_now)
    if sent.has("next_update_due_at"):
        changing.set_next_update(session, escalation, sent.next_update_due_at)
    if sent.has("owner_id"):
        handing_over.hand_over(session, escalation, sent.owner_id)


def _change_inside(here: Here, sent: ChangeEscalation) -> None:
    session, escalation = here.session, here.escalation
    if sent.has("advocate_id"):
        handing_over.name_advocate(session, escalation, sent.advocate_id or None)
    if sent.has("stage"):
        steering.change_stage(session, escalation, sent.stage)
    if sent.has("health"):
        steering.change_health(session, escalation, sent.health)
    if sent.has("team_id"):
        steering.change_team(session, escalation, sent.team_id or None)
    if sent.has("remarks"):
        steering.change_remarks(session, escalation, sent.remarks)
