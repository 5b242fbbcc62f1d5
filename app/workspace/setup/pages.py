"""The page an empty server answers with."""

from collections.abc import Callable

from fastapi.responses import Response
from pydantic import Field

from app.access.doors import HouseSession, PublicPage, PublicPages, requires
from app.access.pages import Page
from app.access.permissions import Verb
from app.access.session import ViewerSession
from app.foundation.clock import zone_choices
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import NotFound, Refused
from app.people.models import Person, Workspace
from app.sign_in import sessions
from app.sign_in.joining import anybody_is_here
from app.workspace.setup.setting_up import needs_key, set_up

public = PublicPages()


class SetupForm(Form):
    workspace: str = Field(min_length=1, max_length=120)
    name: str = Field(min_length=1, max_length=120)
    email: str = Field(min_length=1, max_length=254)
    password: str = Field(min_length=1, max_length=1000)
    time_zone: str = Field(default="UTC", max_length=60)
    setup_key: str = Field(default="", max_length=100)


@public.get("/setup")
def show_setup(page: PublicPage, session: HouseSession) -> Response:
    if anybody_is_here(session):
        raise NotFound
    return _page(page, None)


@public.post("/setup", dependencies=[requires(Verb.set_up)])
def create_workspace(page: PublicPage, session: HouseSession, form: filled(SetupForm)) -> Response:  # type: ignore[valid-type]
    return begin(page, session, form, _then_escalations)


def begin(
    page: Page, session: ViewerSession, form: Filled[SetupForm], then: Callable[[Page, ViewerSession, Person], Response]
) -> Response:
    """Sets up, signs its first administrator in, and goes where `then` says."""
    if anybody_is_here(session):
        raise NotFound
    if not form.ok:
        return _page(page, form)
    given = form.value
    try:
        person = set_up(
            session,
            page.settings,
            workspace=given.workspace,
            name=given.name,
            email=given.email,
            password=given.password,
            zone=given.time_zone,
            key=given.setup_key,
        )
    except Refused as refusal:
        session.rollback()
        return _page(page, form.refused(refusal))
    response = then(page, session, person)
    sessions.give_cookie(response, page.settings, sessions.start(session, person))
    return response


def _then_escalations(page: Page, session: ViewerSession, person: Person) -> Response:
    name = session.get_one(Workspace, 1).name
    return page.go("/escalations", f"{name} is ready. Open the first escalation, or invite your colleagues.")


def _page(page: Page, form: Filled[SetupForm] | None) -> Response:
    return page.show(
        "workspace/setup.html",
        422 if form else 200,
        form=form,
        zones=zone_choices(),
        needs_key=needs_key(page.settings),
    )
