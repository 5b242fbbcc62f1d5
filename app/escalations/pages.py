"""The list of escalations, and opening one."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import col, select

from app.access.doors import CurrentPage, SharedPages, StaffPages, requires
from app.access.pages import Page
from app.access.permissions import Verb
from app.escalations.listing import list_rows
from app.escalations.models import SEVERITY_LABELS, SEVERITY_MEANS, Severity
from app.escalations.opening import open_escalation
from app.foundation.clock import local_to_utc
from app.foundation.forms import Filled, Form, filled
from app.people.models import Account, Customer, Person, Side, Team

staff = StaffPages()
shared = SharedPages()


class OpenEscalation(Form):
    title: str = Field(min_length=3, max_length=200)
    customer_id: str = Field(min_length=1, max_length=16)
    severity: Severity
    owner_id: str = Field(min_length=1, max_length=16)
    team_id: str = Field(default="", max_length=16)
    next_update_due_at: datetime | None = None


OpenForm = filled(OpenEscalation)


@staff.get("/escalations")
def list_escalations(page: CurrentPage, state: Annotated[str, Query(max_length=10)] = "open", before: str = "") -> Response:
    rows = list_rows(page.session, is_open=state != "closed", before=before)
    return page.show("escalations/index.html", rows=rows, state=state)


@staff.get("/escalations/new")
def show_new_escalation(page: CurrentPage) -> Response:
    return _form_page(page, None)


@staff.post("/escalations", dependencies=[requires(Verb.open_escalation)])
def create_escalation(page: CurrentPage, form: OpenForm) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _form_page(page, form)
    given = form.value
    customer, owner = page.session.get(Customer, given.customer_id), page.session.get(Person, given.owner_id)
    if customer is None or owner is None or owner.is_guest:
        return _form_page(page, Filled(form.typed, {"customer_id" if customer is None else "owner_id": "Choose one of the options."}))
    escalation = open_escalation(
        page.session,
        customer,
        title=given.title,
        severity=given.severity,
        owner=owner,
        team_id=given.team_id or None,
        next_update_due_at=local_to_utc(given.next_update_due_at.isoformat(), page.zone) if given.next_update_due_at else None,
    )
    return page.go(escalation.url, f"{escalation.key} is open. Next: write down the customer's concerns and invite their people.")


def _form_page(page: Page, form: Any) -> Response:
    colleagues = page.session.exec(
        select(Person.id, Person.name)
        .join(Account, col(Account.person_id) == Person.id)
        .where(Person.side == Side.staff, col(Account.deactivated_at).is_(None))
        .order_by(Person.name)
    )
    return page.show(
        "escalations/new.html",
        422 if form else 200,
        form=form,
        customers=[(row.id, row.name) for row in page.session.exec(select(Customer).order_by(Customer.name))],
        colleagues=list(colleagues),
        teams=[("", "None yet")] + [(row.id, row.name) for row in page.session.exec(select(Team).order_by(Team.name))],
        severities=[(value.value, SEVERITY_LABELS[value], SEVERITY_MEANS[value]) for value in Severity],
    )
