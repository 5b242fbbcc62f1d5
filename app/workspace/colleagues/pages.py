"""The list of our people, one colleague, inviting, and the teams."""

from typing import Any

from fastapi.responses import Response
from pydantic import Field
from sqlmodel import func, select

from app.access.doors import CurrentPage, ManagerPages, StaffPages, requires
from app.access.pages import Page
from app.access.permissions import Verb
from app.foundation.clock import zone_choices
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import NotFound, Refused
from app.people.models import Person, Role, Team
from app.sign_in.copying import links_to_copy
from app.workspace.colleagues import changing
from app.workspace.colleagues.listing import (
    ROLE_LABELS,
    ROLE_MEANS,
    Colleague,
    list_colleagues,
    unsent_joining_letters,
)

staff = StaffPages()
managers = ManagerPages()


class InvitationForm(Form):
    name: str = Field(min_length=1, max_length=120)
    email: str = Field(min_length=1, max_length=254)
    role: Role = Role.member
    team_id: str = Field(default="", max_length=16)
    manager_id: str = Field(default="", max_length=16)
    time_zone: str = Field(default="UTC", max_length=60)


class PlaceForm(Form):
    team_id: str = Field(default="", max_length=16)
    manager_id: str = Field(default="", max_length=16)


class RoleForm(Form):
    role: Role


class TeamForm(Form):
    name: str = Field(min_length=1, max_length=120)


@staff.get("/people")
def list_people(page: CurrentPage) -> Response:
    return _list_page(page)


@managers.post("/people", dependencies=[requires(Verb.invite_colleague)])
def create_colleague(page: CurrentPage, form: filled(InvitationForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _list_page(page, invitation=form)
    given = form.value
    try:
        person = changing.invite_colleague(
            page.session,
            page.settings.secret,
            name=given.name,
            email=given.email,
            role=given.role,
            zone=given.time_zone,
            team_id=given.team_id or None,
            manager_id=given.manager_id or None,
        )
    except Refused as refusal:
        page.session.rollback()
        return _list_page(page, invitation=form.refused(refusal))
    return page.go("/people", f"{person.name} is invited.")


@managers.post("/teams", dependencies=[requires(Verb.invite_colleague)])
def create_team(page: CurrentPage, form: filled(TeamForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _list_page(page, team=form)
    taken = select(Team.id).where(func.lower(Team.name) == form.value.name.lower())
    if page.session.exec(taken).first():
        return _list_page(page, team=form.refused(Refused("There is a team of this name already.", "name")))
    page.session.add(Team(name=form.value.name))
    return page.go("/people", f"{form.value.name} added.")


@managers.get("/people/{person_id}")
def show_person(page: CurrentPage, person_id: str) -> Response:
    return _person_page(page, person_id)


@managers.post("/people/{person_id}/place", dependencies=[requires(Verb.invite_colleague)])
def change_place(page: CurrentPage, person_id: str, form: filled(PlaceForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _person_page(page, person_id, place=form)
    try:
        changing.place(page.session, person_id, form.value.team_id or None, form.value.manager_id or None)
    except Refused as refusal:
        return _person_page(page, person_id, place=form.refused(refusal))
    return page.go(f"/people/{person_id}", "Saved.")


@managers.post("/people/{person_id}/invitation", dependencies=[requires(Verb.invite_colleague)])
def create_joining_link(page: CurrentPage, person_id: str) -> Response:
    changing.send_joining_link(page.session, page.settings.secret, person_id)
    return page.go("/people", "A new link is on its way. The one before no longer works.")


@managers.post("/people/{person_id}/role", dependencies=[requires(Verb.change_roles)])
def change_role(page: CurrentPage, person_id: str, form: filled(RoleForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _person_page(page, person_id, role=form)
    try:
        changing.change_role(page.session, person_id, form.value.role)
    except Refused as refusal:
        return _person_page(page, person_id, role=form.refused(refusal))
    return page.go(f"/people/{person_id}", "Role changed.")


@managers.get("/people/{person_id}/deactivation")
def show_deactivation(page: CurrentPage, person_id: str) -> Response:
    changing.account_of(page.session, person_id)
    return page.show("workspace/deactivate.html", person=page.session.get_one(Person, person_id))


@managers.post("/people/{person_id}/deactivation", dependencies=[requires(Verb.deactivate_colleague)])
def create_deactivation(page: CurrentPage, person_id: str) -> Response:
    try:
        changing.deactivate(page.session, person_id)
    except Refused as refusal:
        return _person_page(page, person_id, role=Filled({}, {"": refusal.sentence}))
    return page.go("/people", "Signed out everywhere. What they wrote stays.")


@managers.post("/people/{person_id}/deactivation/removal", dependencies=[requires(Verb.deactivate_colleague)])
def delete_deactivation(page: CurrentPage, person_id: str) -> Response:
    changing.reactivate(page.session, person_id)
    return page.go(f"/people/{person_id}", "They can sign in again.")


def _list_page(page: Page, **forms: Filled[Any]) -> Response:
    people = list_colleagues(page.session)
    return page.show(
        "workspace/people.html",
        422 if forms else 200,
        forms=forms,
        people=people,
        links=_links_to_copy(page, people),
        zones=zone_choices(),
        **_choices(page),
        managers=[(one.person_id, one.name) for one in people if one.is_active],
    )


def _person_page(page: Page, person_id: str, **forms: Filled[Any]) -> Response:
    people = list_colleagues(page.session)
    colleague = next((one for one in people if one.person_id == person_id), None)
    if colleague is None:
        raise NotFound
    return page.show(
        "workspace/person.html",
        422 if forms else 200,
        forms=forms,
        colleague=colleague,
        account=changing.account_of(page.session, person_id),
        **_choices(page),
        managers=[(one.person_id, one.name) for one in people if one.is_active and one.person_id != person_id],
    )


def _choices(page: Page) -> dict[str, Any]:
    offered = [role for role in ROLE_LABELS if role is Role.member or page.viewer.is_administrator]
    teams = page.session.exec(select(Team.id, Team.name).order_by(Team.name))
    return {
        "teams": [(team_id, name) for team_id, name in teams],
        "roles": [(role.value, ROLE_LABELS[role], ROLE_MEANS[role]) for role in offered],
    }


def _links_to_copy(page: Page, people: list[Colleague]) -> dict[str, str]:
    """A link that sets a password is as good as the account: nobody gets one above themselves."""
    if not page.may(Verb.invite_colleague):
        return {}
    below = {one.person_id for one in people if page.viewer.is_administrator or one.role is Role.member}
    letters = {person: letter for person, letter in unsent_joining_letters(page.session).items() if person in below}
    links = links_to_copy(page.session, page.settings, letters.values())
    return {person: links[letter] for person, letter in letters.items() if letter in links}
