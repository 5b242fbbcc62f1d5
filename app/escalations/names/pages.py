"""The page on which a colleague corrects what somebody is called."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field

from app.access.doors import CurrentPage, StaffPages, requires
from app.access.pages import Page
from app.access.permissions import Verb
from app.escalations.names.correcting import correct_name, find_person
from app.foundation.forms import Filled, Form, filled
from app.people.models import Person
from app.sign_in.links import is_local

staff = StaffPages(prefix="/people/{person_id}/name")


class NameForm(Form):
    name: str = Field(min_length=1, max_length=120)
    title: str = Field(default="", max_length=120)
    back: str = Field(default="", max_length=500)


@staff.get("")
def show_name(page: CurrentPage, person_id: str, back: Annotated[str, Query(max_length=500)] = "") -> Response:
    return _name_page(page, find_person(page.session, person_id), None, back)


@staff.post("", dependencies=[requires(Verb.correct_name)])
def change_name(page: CurrentPage, person_id: str, form: filled(NameForm)) -> Response:  # type: ignore[valid-type]
    person = find_person(page.session, person_id)
    if not form.ok:
        return _name_page(page, person, form, form.typed.get("back", ""))
    correct_name(page.session, person, name=form.value.name, title=form.value.title)
    return page.go(_way_back(person, form.value.back), f"{person.name} is called so everywhere now.")


def _name_page(page: Page, person: Person, form: Filled[NameForm] | None, back: str) -> Response:
    back = _way_back(person, back)
    return page.show("escalations/name.html", 422 if form else 200, person=person, form=form, back=back)


def _way_back(person: Person, back: str) -> str:
    if is_local(back):
        return back
    return f"/customers/{person.customer_id}" if person.is_guest else f"/people/{person.id}"
