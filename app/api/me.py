"""Whom a token speaks for, and the colleagues and teams one can name."""

from datetime import datetime

from fastapi import Request
from pydantic import BaseModel
from sqlalchemy import select
from sqlmodel import col

from app.access.doors import CurrentPage
from app.api.doors import ApiPages
from app.api.paging import AskedPage, Listed, read_page
from app.api.people import PersonOut, TeamOut
from app.people.models import Account, Person, Role, Side, Team
from app.sign_in.personal_tokens.listing import tokens_of
from app.sign_in.personal_tokens.models import Scope

pages = ApiPages(tags=["you and yours"])


class TokenOut(BaseModel):
    name: str
    scope: Scope
    expires_at: datetime


class MeOut(BaseModel):
    id: str
    name: str
    email: str
    role: Role
    time_zone: str
    token: TokenOut


@pages.get("/me")
def show_me(page: CurrentPage, request: Request) -> MeOut:
    viewer = page.viewer
    account = page.session.get_one(Account, viewer.person_id)
    mine = next(one for one in tokens_of(page.session, account.person_id) if one.id == request.state.bearer.token_id)
    return MeOut(
        id=account.person_id,
        name=viewer.name,
        email=account.email,
        role=account.role,
        time_zone=viewer.zone,
        token=TokenOut(name=mine.name, scope=mine.scope, expires_at=mine.expires_at),
    )


@pages.get("/colleagues")
def list_colleagues(page: CurrentPage, asked: AskedPage) -> Listed[PersonOut]:
    """Those who work here today, by name."""
    query = select(Person).join(Account, col(Account.person_id) == Person.id)
    query = query.where(col(Person.side) == Side.staff, col(Account.deactivated_at).is_(None))
    rows, after = read_page(page.session, query, col(Person.name), col(Person.id), str, asked, falling=False)
    return asked.listed([PersonOut(id=one.id, name=one.name, side=one.side) for (one,) in rows], after)


@pages.get("/teams")
def list_teams(page: CurrentPage, asked: AskedPage) -> Listed[TeamOut]:
    rows, after = read_page(page.session, select(Team), col(Team.name), col(Team.id), str, asked, falling=False)
    return asked.listed([TeamOut(id=one.id, name=one.name) for (one,) in rows], after)
