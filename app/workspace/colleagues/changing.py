"""Letting colleagues in and out, and changing what they may do. There is always an administrator."""

from sqlmodel import col, func, select

from app.access.session import ViewerSession
from app.foundation.refusals import NotAllowed, NotFound, Refused
from app.people.models import Account, LinkPurpose, Password, Person, Role, Side, Team
from app.sign_in import joining
from app.sign_in.links import send_link

LAST = "There must be an administrator. Make somebody else one first."


def invite_colleague(
    session: ViewerSession,
    secret: bytes,
    *,
    name: str,
    email: str,
    role: Role,
    zone: str,
    team_id: str | None,
    manager_id: str | None,
) -> Person:
    if role is Role.guest:
        raise Refused("Choose one of the options.", "role")
    if role is not Role.member and not session.viewer.is_administrator:
        raise Refused("Only an administrator can make managers and administrators.", "role")
    person = joining.add_colleague(session, name=name, email=email, role=role, zone=zone)
    place(session, person.id, team_id, manager_id)
    send_joining_link(session, secret, person.id)
    return person


def send_joining_link(session: ViewerSession, secret: bytes, person_id: str) -> None:
    """A first password only. Whoever has one asks for a new one themselves: a colleague must not get at it this way."""
    account = account_of(session, person_id)
    if not account.is_active:
        raise Refused("Let them in again first.")
    if account.role is not Role.member and not session.viewer.is_administrator:
        raise NotAllowed("Only an administrator sends this link to a manager or an administrator.")
    with session.seeing_everything():
        if session.exec(select(Password.person_id).where(Password.person_id == person_id)).first():
            raise Refused("They have a password. They can choose “forgotten password” on the sign-in page.")
    send_link(session, secret, person_id, LinkPurpose.joining)


def place(session: ViewerSession, person_id: str, team_id: str | None, manager_id: str | None) -> None:
    """Which team somebody is in, and whose report they are."""
    account = account_of(session, person_id)
    if team_id and session.get(Team, team_id) is None:
        raise Refused("Choose one of the teams.", "team_id")
    if manager_id:
        manager = session.get(Person, manager_id)
        if manager is None or manager.is_guest or manager_id == person_id:
            raise Refused("Choose a colleague.", "manager_id")
    account.team_id, account.manager_id = team_id, manager_id
    session.add(account)
    session.flush()


def change_role(session: ViewerSession, person_id: str, role: Role) -> None:
    account = account_of(session, person_id)
    if role is Role.guest:
        raise Refused("Choose one of the options.", "role")
    if not session.viewer.is_administrator:
        raise NotAllowed("Only an administrator changes roles.")
    if account.role is Role.administrator and role is not Role.administrator:
        _refuse_last_administrator(session, person_id, "role")
    account.role = role
    session.add(account)


def deactivate(session: ViewerSession, person_id: str) -> None:
    """Out everywhere at once. What they wrote stays, under their name."""
    account = account_of(session, person_id)
    if account.role is Role.administrator and account.is_active:
        _refuse_last_administrator(session, person_id, "")
    joining.deactivate(session, account)


def reactivate(session: ViewerSession, person_id: str) -> None:
    joining.reactivate(session, account_of(session, person_id))


def account_of(session: ViewerSession, person_id: str) -> Account:
    """A colleague's; guests are let in and out by their escalations."""
    found = session.exec(
        select(Account)
        .join(Person, col(Person.id) == Account.person_id)
        .where(Person.id == person_id, Person.side == Side.staff)
    ).first()
    if found is None:
        raise NotFound
    return found


def _refuse_last_administrator(session: ViewerSession, person_id: str, field: str) -> None:
    others = select(func.count()).where(
        Account.role == Role.administrator,
        col(Account.deactivated_at).is_(None),
        col(Account.person_id) != person_id,
    )
    if session.exec(others).one() == 0:
        raise Refused(LAST, field)
