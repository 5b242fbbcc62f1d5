"""The companies whose escalations we carry: the list, one with its people, adding and changing."""

from fastapi import Response
from pydantic import Field
from sqlalchemy import select
from sqlmodel import col

from app.access.doors import CurrentPage, requires
from app.access.permissions import Verb
from app.access.session import ViewerSession
from app.api.doors import ApiPages, acts
from app.api.paging import AskedPage, Listed, read_page
from app.api.people import CustomerOut, TitledOut, titled_out
from app.api.reading import Given, IfMatch, given, left_out, tag_of, tagged, up_to_date
from app.foundation.refusals import NotFound
from app.people.models import Customer, Person, Side
from app.workspace.customers.keeping import add_customer, change_customer

pages = ApiPages(prefix="/customers", tags=["you and yours"])


class WholeCustomerOut(CustomerOut):
    mark: str = Field(description="The first half of its escalations' keys.", examples=["ACME"])
    time_zone: str


class AddCustomer(Given):
    """Without a mark one is made from the name."""

    name: str = Field(min_length=1, max_length=120, examples=["Northwind"])
    mark: str = Field(default="", max_length=10)
    time_zone: str = Field(default="UTC", max_length=60)


class ChangeCustomer(Given):
    """What is left out stays as it is. Keys that are there keep their mark."""

    name: str = left_out(min_length=1, max_length=120)
    mark: str = left_out(min_length=1, max_length=10)
    time_zone: str = left_out(min_length=1, max_length=60)


@pages.get("")
def list_customers(page: CurrentPage, asked: AskedPage) -> Listed[CustomerOut]:
    query = select(Customer)
    rows, after = read_page(page.session, query, col(Customer.name), col(Customer.id), str, asked, falling=False)
    return asked.listed([CustomerOut(id=one.id, name=one.name) for (one,) in rows], after)


@pages.post("", status_code=201, dependencies=acts(Verb.keep_customers))
def create_customer(page: CurrentPage, response: Response, sent: given(AddCustomer)) -> WholeCustomerOut:  # type: ignore[valid-type]
    customer = add_customer(page.session, sent.name, sent.time_zone, sent.mark)
    response.headers["location"] = f"/api/v1/customers/{customer.id}"
    return tagged(response, _out(customer))


@pages.get("/{customer_id}")
def show_customer(page: CurrentPage, customer_id: str, response: Response) -> WholeCustomerOut:
    return tagged(response, _out(_customer(page.session, customer_id)))


@pages.patch("/{customer_id}", dependencies=[requires(Verb.keep_customers)])
def update_customer(
    page: CurrentPage,
    customer_id: str,
    read: IfMatch,
    response: Response,
    sent: given(ChangeCustomer),  # type: ignore[valid-type]
) -> WholeCustomerOut:
    customer = _customer(page.session, customer_id)
    up_to_date(read, tag_of(_out(customer)))
    change_customer(
        page.session,
        customer,
        name=sent.name if sent.has("name") else customer.name,
        mark=sent.mark if sent.has("mark") else customer.mark,
        zone=sent.time_zone if sent.has("time_zone") else customer.time_zone,
    )
    return tagged(response, _out(customer))


@pages.get("/{customer_id}/people")
def list_people(page: CurrentPage, customer_id: str, asked: AskedPage) -> Listed[TitledOut]:
    """Whoever of them was ever invited, by name."""
    customer = _customer(page.session, customer_id)
    query = select(Person).where(col(Person.customer_id) == customer.id, col(Person.side) == Side.guest)
    rows, after = read_page(page.session, query, col(Person.name), col(Person.id), str, asked, falling=False)
    return asked.listed([titled_out(one) for (one,) in rows], after)


def _customer(session: ViewerSession, customer_id: str) -> Customer:
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound
    return customer


def _out(customer: Customer) -> WholeCustomerOut:
    return WholeCustomerOut(id=customer.id, name=customer.name, mark=customer.mark, time_zone=customer.time_zone)
