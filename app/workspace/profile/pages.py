"""One's own profile, password and theme."""

from typing import Any

from fastapi.responses import Response
from pydantic import Field

from app.access.doors import CurrentPage, HouseSession, PublicPage, PublicPages, SharedPages, requires
from app.access.pages import Page
from app.access.permissions import Verb
from app.access.viewer import THEMES
from app.foundation.clock import zone_choices
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import Refused
from app.people.models import Account, Person
from app.sign_in import sessions
from app.sign_in.links import is_local
from app.workspace.profile import changing

public = PublicPages()
shared = SharedPages()
YEAR = 365 * 86400


class ProfileForm(Form):
    name: str = Field(min_length=1, max_length=120)
    title: str = Field(default="", max_length=120)
    time_zone: str = Field(min_length=1, max_length=60)
    shortcuts: str = ""


class ShortcutsForm(Form):
    shortcuts: str = ""


class PasswordForm(Form):
    current: str = Field(min_length=1, max_length=1000)
    password: str = Field(min_length=1, max_length=1000)


class ThemeForm(Form):
    theme: str = Field(default="", max_length=8)
    back: str = Field(default="/", max_length=500)


@shared.get("/profile")
def show_profile(page: CurrentPage) -> Response:
    return _page(page)


@shared.post("/profile", dependencies=[requires(Verb.change_own_profile)])
def change_profile(page: CurrentPage, form: filled(ProfileForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _page(page, profile=form)
    given = form.value
    try:
        changing.change_profile(
            page.session, name=given.name, title=given.title, zone=given.time_zone, shortcuts=bool(given.shortcuts)
        )
    except Refused as refusal:
        return _page(page, profile=form.refused(refusal))
    return page.go("/profile", "Saved.")


@shared.post("/profile/shortcuts", dependencies=[requires(Verb.change_own_profile)])
def change_shortcuts(page: CurrentPage, form: filled(ShortcutsForm)) -> Response:  # type: ignore[valid-type]
    changing.change_shortcuts(page.session, form.ok and bool(form.value.shortcuts))
    return page.go("/profile")


@shared.post("/profile/password", dependencies=[requires(Verb.change_own_profile)])
def change_password(page: CurrentPage, form: filled(PasswordForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _page(page, password=form)
    try:
        changing.change_password(page.session, form.typed["current"], form.typed["password"])
    except Refused as refusal:
        return _page(page, password=form.refused(refusal))
    me = page.session.get_one(Person, page.viewer.person_id)
    response = page.go("/profile", "Password changed. Every other browser is signed out.")
    sessions.give_cookie(response, page.settings, sessions.start(page.session, me))
    return response


@public.post("/theme", dependencies=[requires(Verb.choose_theme)])
def change_theme(page: PublicPage, session: HouseSession, form: filled(ThemeForm)) -> Response:  # type: ignore[valid-type]
    """Kept with the person, and in this browser for the pages before signing in."""
    theme = form.value.theme if form.ok and form.value.theme in THEMES else ""
    if page.viewer.person_id:
        changing.change_theme(session, page.viewer.person_id, theme)
    back = form.value.back if form.ok and is_local(form.value.back) else "/"
    response = page.go(back)
    response.set_cookie(
        "evenkeel-theme", theme, max_age=YEAR, path="/", httponly=True, samesite="lax", secure=page.settings.is_https
    )
    return response


def _page(page: Page, **forms: Filled[Any]) -> Response:
    return page.show(
        "workspace/profile.html",
        422 if forms else 200,
        forms=forms,
        me=page.session.get_one(Person, page.viewer.person_id),
        account=page.session.get_one(Account, page.viewer.person_id),
        zones=zone_choices(),
    )
