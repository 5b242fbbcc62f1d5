"""The list of customers, and one customer with its contacts."""

from fastapi.responses import Response
from pydantic import Field
from sqlmodel import col, func, select

from app.access.doors import CurrentPage, StaffPages, requires
from app.access.pages import Page
from app.access.permissions import Verb
from app.foundation.clock import zone_choices
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import NotFound, Refused
from app.people.models import Account, Customer, Person, Side
from app.workspace.customers.keeping import add_customer, change_customer

staff = StaffPages(prefix="/customers")


class NewCustomerForm(Form):
    name: str = Field(min_length=1, max_length=120)
    mark: str = Field(default="", max_length=10)
    time_zone: str = Field(default="UTC", max_length=60)


class CustomerForm(Form):
    name: str = Field(min_length=1, max_length=120)
    mark: str = Field(min_length=1, max_length=10)
    time_zone: str = Field(default="UTC", max_length=60)


@staff.get("")
def list_customers(page: CurrentPage) -> Response:
    return _list_page(page, None)


@staff.post("", dependencies=[requires(Verb.keep_customers)])
def create_customer(page: CurrentPage, form: filled(NewCustomerForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _list_page(page, form)
    try:
        customer = add_customer(page.session, form.value.name, form.value.time_zone, form.value.mark)
    except Refused as refusal:
        return _list_page(page, form.refused(refusal))
    return page.go(f"/customers/{customer.id}", f"{customer.name} added.")


@staff.get("/{customer_id}")
def show_customer(page: CurrentPage, customer_id: str) -> Response:
    return _customer_page(page, _find(page, customer_id), None)


@staff.post("/{customer_id}", dependencies=[requires(Verb.keep_customers)])
def update_customer(page: CurrentPage, customer_id: str, form: filled(CustomerForm)) -> Response:  # type: ignore[valid-type]
    customer = _find(page, customer_id)
    if not form.ok:
        return _customer_page(page, customer, form)
    given = form.value
    try:
        change_customer(page.session, customer, name=given.name, mark=given.mark, zone=given.time_zone)
    except Refused as refusal:
        return _customer_page(page, customer, form.refused(refusal))
    return page.go(f"/customers/{customer.id}", "Saved.")


def _find(page: Page, customer_id: str) -> Customer:
    customer = page.session.get(Customer, customer_id)
    if customer is None:
        raise NotFound
    return customer


def _list_page(page: Page, form: Filled[NewCustomerForm] | None) -> Response:
    contacts = func.count(col(Person.id))
    rows = page.session.exec(
        select(Customer, contacts)
        .outerjoin(Person, col(Person.customer_id) == Customer.id)
        .group_by(*Customer.__mapper__.columns)  # type: ignore[attr-defined]
        .order_by(Customer.name)
    ).all()
    return page.show("workspace/customers.html", 422 if form else 200, rows=rows, form=form, zones=zone_choices())


def _customer_page(page: Page, customer: Customer, form: Filled[CustomerForm] | None) -> Response:
    contacts = page.session.exec(
        select(Person, Account.email)
        .join(Account, col(Account.person_id) == Person.id)
        .where(Person.customer_id == customer.id, Person.side == Side.guest)
        .order_by(Person.name)
    ).all()
    return page.show(
        "workspace/customer.html",
        422 if form else 200,
        customer=customer,
        contacts=contacts,
        form=form,
        zones=zone_choices(),
    )
