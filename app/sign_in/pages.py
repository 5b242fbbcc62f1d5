"""Signing in and out, one-time links, a forgotten password."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import col, select

from app.access import allowance
from app.access.doors import HouseSession, PublicPage, PublicPages, requires
from app.access.pages import Page
from app.access.permissions import Verb
from app.access.session import ViewerSession
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import Refused
from app.people.models import Account, LinkPurpose, OneTimeLink, Password, Person, Role
from app.sign_in import links, passwords, sessions
from app.sign_in.joining import anybody_is_here
from app.sign_in.tokens import new_token

public = PublicPages()
ASKED = "evenkeel-asked"  # marks the browser that asked for a link


class SignInForm(Form):
    email: str = Field(min_length=1, max_length=254)
    password: str = Field(min_length=1, max_length=1000)
    next: str = "/"


class AskForLink(Form):
    email: str = Field(min_length=1, max_length=254)
    next: str = "/"


class UseLink(Form):
    mailbox: str = Field(default="", max_length=254)
    password: str = Field(default="", max_length=1000)


@public.get("/sign-in")
def show_sign_in(page: PublicPage, session: HouseSession, next: str = "/") -> Response:
    if not anybody_is_here(session):
        return page.go("/setup")
    if not page.viewer.is_system:
        return page.go(next if links.is_local(next) else "/")
    return _sign_in_page(page, None, next)


@public.post("/sign-in", dependencies=[requires(Verb.sign_in)])
def create_sign_in(page: PublicPage, session: HouseSession, form: filled(SignInForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _sign_in_page(page, form)
    try:
        person = _recognised(page, session, form.value)
    except Refused as refusal:
        return _sign_in_page(page, form.refused(refusal))
    return _enter(page, session, person, form.value.next)


@public.post("/sign-in/link", dependencies=[requires(Verb.sign_in)])
def create_sign_in_link(page: PublicPage, session: HouseSession, form: filled(AskForLink)) -> Response:  # type: ignore[valid-type]
    """Always the same answer, whether anybody has that address or not."""
    browser = page.request.cookies.get(ASKED) or new_token()
    if form.ok:
        _send_sign_in_links(page, session, form.value, browser)
    response = page.show("sign_in/asked.html", address=form.typed.get("email", ""))
    response.set_cookie(
        ASKED, browser, max_age=3600, path="/", httponly=True, samesite="lax", secure=page.settings.is_https
    )
    return response


@public.get("/forgotten-password")
def show_forgotten_password(page: PublicPage) -> Response:
    return page.show("sign_in/forgotten.html", form=None)


@public.post("/forgotten-password", dependencies=[requires(Verb.sign_in)])
def create_password_reset(page: PublicPage, session: HouseSession, form: filled(AskForLink)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return page.show("sign_in/forgotten.html", 422, form=form)
    secret, address = page.settings.secret, form.value.email.lower()
    if _may_ask(page, session, address):
        for account in session.exec(select(Account).where(Account.email == address, Account.realm == "staff")):
            if account.is_active:
                links.send_link(session, secret, account.person_id, LinkPurpose.password_reset)
    return page.show("sign_in/asked.html", address=form.value.email)


@public.get("/link/{token}")
def show_link(
    page: PublicPage, session: HouseSession, token: str, mailbox: Annotated[str, Query(max_length=254)] = ""
) -> Response:
    """A neutral page that uses nothing up: mail scanners open every link. A link from the terminal brings the address."""
    return _link_page(page, links.find(session, token), token, mailbox=mailbox)


@public.post("/link/{token}", dependencies=[requires(Verb.sign_in)])
def create_link_use(page: PublicPage, session: HouseSession, token: str, form: filled(UseLink)) -> Response:  # type: ignore[valid-type]
    link = links.find(session, token)
    if link is None or not form.ok:
        return _link_page(page, link, token, form)
    try:
        # The mailbox is proved first; a password that is refused after it takes the use of the link back.
        person = links.use(session, link, mailbox=form.value.mailbox, same_browser=_same_browser(page, link))
        if _sets_password(link):
            passwords.set_password(session, link.person_id, form.value.password)
    except Refused as refusal:
        session.rollback()
        return _link_page(page, links.find(session, token), token, form.refused(refusal))
    if link.purpose is LinkPurpose.password_reset:
        sessions.end_all_of(session, person.id)
    return _enter(page, session, person, link.next_path)


@public.post("/sign-out", dependencies=[requires(Verb.sign_out)])
def delete_sign_in(page: PublicPage, session: HouseSession) -> Response:
    if page.viewer.sign_in_hash:
        sessions.end(session, page.viewer.sign_in_hash)
    response = page.go("/sign-in")
    sessions.take_cookie(response, page.settings)
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


def _recognised(page: Page, session: ViewerSession, given: SignInForm) -> Person:
    secret, address = page.settings.secret, given.email.strip().lower()
    mine = allowance.spend(session, secret, allowance.SIGN_IN, address)
    if not (allowance.spend(session, secret, allowance.SIGN_IN_FROM, _peer(page.request)) and mine):
        raise Refused(
            f"That was too often. Wait {allowance.wait_for(allowance.SIGN_IN)} minutes, or use “forgotten password”.",
            "password",
        )
    found = session.exec(
        select(Account, Person, Password)
        .join(Person, col(Person.id) == Account.person_id)
        .join(Password, col(Password.person_id) == Account.person_id)
        .where(Account.email == address, Account.realm == "staff")
    ).first()
    session.commit()  # the spent allowance stays, and nobody waits for the database while a password is checked
    if (
        not passwords.matches(given.password, found[2].hash if found else None)
        or found is None
        or not found[0].is_active
    ):
        raise Refused(
            "Address and password do not belong together. Check both, or use “forgotten password”.", "password"
        )
    return found[1]


def _send_sign_in_links(page: Page, session: ViewerSession, given: AskForLink, browser: str) -> None:
    address = given.email.strip().lower()
    if not _may_ask(page, session, address):
        return
    for account in session.exec(select(Account).where(Account.email == address, Account.role == Role.guest)):
        if account.is_active:
            links.send_link(
                session,
                page.settings.secret,
                account.person_id,
                LinkPurpose.sign_in,
                next_path=given.next,
                browser=browser,
            )


def _may_ask(page: Page, session: ViewerSession, address: str) -> bool:
    secret = page.settings.secret
    mine = allowance.spend(session, secret, allowance.LINK_TO, address)
    return allowance.spend(session, secret, allowance.LINK_FROM, _peer(page.request)) and mine


def _enter(page: Page, session: ViewerSession, person: Person, next_path: str) -> Response:
    if page.viewer.sign_in_hash:
        sessions.end(session, page.viewer.sign_in_hash)
    token = sessions.start(session, person)
    response = page.go(next_path if links.is_local(next_path) else "/")
    sessions.give_cookie(response, page.settings, token)
    response.delete_cookie(ASKED, path="/")
    return response


def _sign_in_page(page: Page, form: Filled[SignInForm] | None, next_path: str = "/") -> Response:
    wanted = form.typed.get("next", "/") if form else next_path
    return page.show(
        "sign_in/show.html", 422 if form else 200, form=form, next=wanted if links.is_local(wanted) else "/"
    )


def _link_page(
    page: Page, link: OneTimeLink | None, token: str, form: Filled[UseLink] | None = None, *, mailbox: str = ""
) -> Response:
    if link is None:
        return page.show("sign_in/link_over.html", 410, form=None, next="/")
    return page.show(
        "sign_in/link.html",
        422 if form else 200,
        form=form,
        token=token,
        mailbox=mailbox,
        sets_password=_sets_password(link),
        same_browser=_same_browser(page, link),
    )


def _sets_password(link: OneTimeLink) -> bool:
    return link.purpose in (LinkPurpose.joining, LinkPurpose.password_reset)


def _same_browser(page: Page, link: OneTimeLink) -> bool:
    return links.is_from_asking_browser(link, page.request.cookies.get(ASKED, ""))


def _peer(request: Request) -> str:
    return request.client.host if request.client else ""
