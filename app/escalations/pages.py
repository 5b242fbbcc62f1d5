"""The list of escalations, and opening one."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import select

from app.access.doors import CurrentPage, StaffPages, requires
from app.access.pages import Page
from app.access.permissions import Verb
from app.escalations import naming as naming
from app.escalations.colleagues import colleagues
from app.escalations.listing import list_rows
from app.escalations.models import SEVERITY_LABELS, SEVERITY_MEANS, Severity
from app.escalations.opening import open_escalation
from app.escalations.vitals.handing_over import active_colleague
from app.foundation.clock import now
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import Refused
from app.foundation.typed_moments import typed_moment
from app.people.models import Customer, Team
from app.workspace.customers.keeping import add_customer

staff = StaffPages()
NEW = "new"  # chosen for a customer that is named beside it


class OpenForm(Form):
    title: str = Field(min_length=3, max_length=200)
    customer_id: str = Field(default="", max_length=16)
    customer_name: str = Field(default="", max_length=120)
    severity: Severity
    owner_id: str = Field(min_length=1, max_length=16)
    team_id: str = Field(default="", max_length=16)
    next_update_due_at: datetime | None = None


@staff.get("/escalations")
def list_escalations(
    page: CurrentPage,
    state: Annotated[str, Query(max_length=10)] = "open",
    before: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    rows = list_rows(page.session, is_open=state != "closed", before=before)
    return page.show(
        "escalations/index.html", rows=rows, state="closed" if state == "closed" else "open", before=before
    )


@staff.get("/escalations/new")
def show_new_escalation(page: CurrentPage) -> Response:
    return _form_page(page, None)


@staff.post("/escalations", dependencies=[requires(Verb.open_escalation)])
def create_escalation(page: CurrentPage, form: filled(OpenForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _form_page(page, form)
    given = form.value
    try:
        owner = active_colleague(page.session, given.owner_id, "owner_id")
        due_at = _due_at(page, given.next_update_due_at)
        escalation = open_escalation(
            page.session,
            _customer(page, given),
            title=given.title,
            severity=given.severity,
            owner=owner,
            team_id=given.team_id or None,
            next_update_due_at=due_at,
        )
    except Refused as refusal:
        page.session.rollback()
        return _form_page(page, form.refused(refusal))
    return page.go(
        escalation.url, f"{escalation.key} is open. Next: write down the customer’s concerns and invite their people."
    )


def _customer(page: Page, given: OpenForm) -> Customer:
    """One that is known, or a new one by its name alone: opening must not wait for a form about the customer."""
    if given.customer_name and given.customer_id not in ("", NEW):
        raise Refused("Choose a customer or name a new one, not both.", "customer_name")
    if given.customer_id == NEW and not given.customer_name:
        raise Refused("Write the name of the new customer.", "customer_name")
    if given.customer_name:
        # In the zone of whoever opens it, until somebody mends that on the customer's own page.
        return add_customer(page.session, given.customer_name, page.zone, field="customer_name")
    customer = page.session.get(Customer, given.customer_id) if given.customer_id else None
    if customer is None:
        raise Refused("Choose a customer, or write the name of a new one.", "customer_id")
    return customer


def _due_at(page: Page, typed: datetime | None) -> datetime | None:
    if typed is None:
        return None
    due_at = typed_moment(typed, page.zone, "next_update_due_at")
    if due_at <= now():
        raise Refused("Choose a moment that is still to come.", "next_update_due_at")
    return due_at


def _form_page(page: Page, form: Filled[OpenForm] | None) -> Response:
    customers = page.session.exec(select(Customer.id, Customer.name).order_by(Customer.name))
    teams = page.session.exec(select(Team.id, Team.name).order_by(Team.name))
    return page.show(
        "escalations/new.html",
        422 if form else 200,
        form=form,
        customers=[(customer_id, name) for customer_id, name in customers],
        colleagues=colleagues(page.session),
        teams=[(team_id, name) for team_id, name in teams],
        severities=[(value.value, SEVERITY_LABELS[value], SEVERITY_MEANS[value]) for value in Severity],
    )
