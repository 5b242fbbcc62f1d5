"""The demo from the terminal: on an empty server with somebody to sign in as, on any other for its first administrator."""

import os
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import Engine
from sqlmodel import col, select

from app import mounted
from app.access.session import ViewerSession, as_system
from app.demo.loading import HERE_ALREADY, load_demo
from app.demo.marking import mark, the_demo
from app.foundation.clock import zones
from app.foundation.refusals import Refused
from app.foundation.settings import Settings
from app.people.models import Account, DemoMark, LinkPurpose, Person, Role, Workspace
from app.sign_in.joining import add_colleague, anybody_is_here
from app.sign_in.links import link_address, send_link

WORKSPACE = "Tidewater"
NAME = "Dana Lindqvist"
EMAIL = "dana.lindqvist@demo.example"
CANNOT = "There is no administrator to load the demo for. Add one with `evenkeel user add … --role administrator`."


@dataclass(frozen=True)
class Shown:
    """What the terminal says. The link signs in as the demo's administrator, on a server that began with the demo."""

    sentence: str
    address: str
    link: str = ""


def show_demo(engine: Engine, settings: Settings) -> Shown:
    mounted.routers()  # every domain, and with them names, letters and jobs
    with as_system(engine) as session:
        if not anybody_is_here(session):
            _begin_with_it(session)
        demo = the_demo(session)
        sentence = HERE_ALREADY if demo else "The demo is loaded."
        demo = demo or load_demo(session, settings, _administrator(session))
        shown = Shown(sentence, settings.site + demo.url, _link(session, settings, demo.url))
        session.commit()
    return shown


def _begin_with_it(session: ViewerSession) -> None:
    """Somebody who runs the workspace without a password: the terminal's links are their way in."""
    session.add(Workspace(name=WORKSPACE))
    person = add_colleague(session, name=NAME, email=EMAIL, role=Role.administrator, zone=_zone_here())
    mark(session, person)


def _administrator(session: ViewerSession) -> str:
    """The one who was first."""
    query = (
        select(Person.id)
        .join(Account, col(Account.person_id) == Person.id)
        .where(Account.role == Role.administrator, col(Account.deactivated_at).is_(None))
        .order_by(col(Person.created_at), Person.id)
    )
    found = session.exec(query.limit(1)).first()
    if found is None:
        raise Refused(CANNOT)
    return found


def _link(session: ViewerSession, settings: Settings, path: str) -> str:
    """Only for the made-up administrator: nobody gets into a real account by the demo."""
    query = (
        select(Account)
        .join(DemoMark, col(DemoMark.record_id) == Account.person_id)
        .where(Account.role == Role.administrator, col(Account.deactivated_at).is_(None))
    )
    account = session.exec(query.limit(1)).first()
    if account is None:
        return ""
    letter = send_link(session, settings.secret, account.person_id, LinkPurpose.sign_in, next_path=path)
    return f"{link_address(settings.site, settings.secret, letter.id)}?{urlencode({'mailbox': account.email})}"


def _zone_here() -> str:
    """This machine's, as far as it says: whoever looks at the demo most likely sits before it."""
    said = os.environ.get("TZ") or os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]
    return said if said in zones() else "UTC"
