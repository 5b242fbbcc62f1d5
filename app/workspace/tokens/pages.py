"""Making a token, seeing it once, taking it back; and for administrators the tokens of others."""

from typing import Any

from fastapi.responses import Response
from pydantic import Field

from app.access.doors import CurrentPage, ManagerPages, StaffPages, requires
from app.access.pages import Page
from app.access.permissions import Verb
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import NotFound, Refused
from app.people.models import Person
from app.sign_in.personal_tokens.listing import tokens_of
from app.sign_in.personal_tokens.making import LONGEST, USUAL, Made, make_token, revoke
from app.sign_in.personal_tokens.models import Scope

staff = StaffPages(prefix="/profile/tokens")
managers = ManagerPages(prefix="/people/{person_id}/tokens")

MAY_DO = [
    (Scope.read.value, "Read: it sees what you see"),
    (Scope.write.value, "Read and write: it does what you may do, in your name"),
]
LASTS = [
    ("7", "A week"),
    ("30", "30 days"),
    (str(USUAL), f"{USUAL} days"),
    ("180", "180 days"),
    (str(LONGEST), "A year"),
]


class TokenForm(Form):
    name: str = Field(min_length=1, max_length=80)
    scope: Scope = Scope.read
    days: int = Field(default=USUAL, ge=1, le=LONGEST)


@staff.get("")
def list_tokens(page: CurrentPage) -> Response:
    return _page(page, None)


@staff.post("", dependencies=[requires(Verb.keep_own_tokens)])
def create_token(page: CurrentPage, form: filled(TokenForm)) -> Response:  # type: ignore[valid-type]
    """Answered with the page itself: the token stands on it this once, and nowhere else."""
    if not form.ok:
        return _page(page, form)
    try:
        made = make_token(page.session, form.value.name, form.value.scope, form.value.days)
    except Refused as refusal:
        return _page(page, form.refused(refusal))
    return _page(page, None, made)


@staff.post("/{token_id}/removal", dependencies=[requires(Verb.keep_own_tokens)])
def delete_token(page: CurrentPage, token_id: str) -> Response:
    if token_id not in {one.id for one in tokens_of(page.session, page.viewer.person_id or "")}:
        raise NotFound
    revoke(page.session, token_id)
    return page.go("/profile/tokens", "Revoked. Nothing gets in with it any more.")


@managers.get("")
def list_tokens_of_colleague(page: CurrentPage, person_id: str) -> Response:
    person = page.session.get(Person, person_id)
    if person is None or person.is_guest:
        raise NotFound
    return page.show("workspace/tokens_of.html", person=person, tokens=tokens_of(page.session, person_id))


@managers.post("/{token_id}/removal", dependencies=[requires(Verb.revoke_others_tokens)])
def delete_token_of_colleague(page: CurrentPage, person_id: str, token_id: str) -> Response:
    if token_id not in {one.id for one in tokens_of(page.session, person_id)}:
        raise NotFound
    revoke(page.session, token_id)
    return page.go(f"/people/{person_id}/tokens", "Revoked. Nothing gets in with it any more.")


def _page(page: Page, form: Filled[Any] | None, made: Made | None = None) -> Response:
    page.session.flush()
    return page.show(
        "workspace/tokens.html",
        422 if form else 200,
        form=form,
        made=made,
        tokens=tokens_of(page.session, page.viewer.person_id or ""),
        scopes=MAY_DO,
        lasts=LASTS,
        usual=str(USUAL),
    )
