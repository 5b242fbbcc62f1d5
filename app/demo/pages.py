"""The demo's own page: what it is, one button that loads it, one that removes it. And the setup that begins with it."""

from fastapi.responses import Response

from app.access.doors import CurrentPage, HouseSession, ManagerPages, PublicPage, PublicPages, requires
from app.access.pages import Page
from app.access.permissions import Verb
from app.access.session import ViewerSession, as_system
from app.demo.marking import marked, the_demo
from app.demo.removing import remove_demo, what_goes
from app.escalations.models import Escalation
from app.foundation.database import for_reading
from app.foundation.forms import filled
from app.foundation.refusals import Refused
from app.people.models import Person
from app.workspace.setup.pages import SetupForm, begin

public = PublicPages()
managers = ManagerPages(prefix="/demo")


@public.post("/setup/demo", dependencies=[requires(Verb.set_up)])
def create_workspace_with_demo(page: PublicPage, session: HouseSession, form: filled(SetupForm)) -> Response:  # type: ignore[valid-type]
    return begin(page, session, form, _then_demo)


@managers.get("")
def show_demo(page: CurrentPage) -> Response:
    return _page(page)


@managers.post("", dependencies=[requires(Verb.load_demo)])
def create_demo(page: CurrentPage) -> Response:
    with as_system(page.request.app.state.engine) as session:
        try:
            escalation = _load(session, page, page.viewer.person_id or "")
        except Refused as refusal:
            session.rollback()
            return _page(page, refusal.sentence)
        session.commit()
    return _welcome(page, escalation)


@managers.get("/removal")
def show_removal(page: CurrentPage) -> Response:
    with as_system(for_reading(page.request.app.state.engine)) as session:
        goes = what_goes(session)
        is_made_up = page.viewer.person_id in marked(session, "person")
    return page.show("demo/removal.html", goes=goes, is_made_up=is_made_up)


@managers.post("/removal", dependencies=[requires(Verb.remove_demo)])
def create_removal(page: CurrentPage) -> Response:
    with as_system(page.request.app.state.engine) as session:
        remove_demo(session)
        session.commit()
    return page.go("/escalations", "The demo is gone, with everything in it.")


def _then_demo(page: Page, session: ViewerSession, person: Person) -> Response:
    return _welcome(page, _load(session, page, person.id))


def _load(session: ViewerSession, page: Page, person_id: str) -> Escalation:
    from app.demo.loading import load_demo  # noqa: PLC0415  a long story, which most servers never tell

    return load_demo(session, page.settings, person_id)


def _welcome(page: Page, escalation: Escalation) -> Response:
    return page.go(
        escalation.url, "The demo is loaded. You own this escalation, so your desk and your inbox hold it too."
    )


def _page(page: Page, refused: str = "") -> Response:
    with as_system(for_reading(page.request.app.state.engine)) as session:
        demo = the_demo(session)
    return page.show("demo/show.html", 422 if refused else 200, demo=demo, refused=refused)
