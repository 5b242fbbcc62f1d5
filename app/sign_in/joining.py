"""New people: colleagues who join the workspace, guests who are invited into it."""

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.clock import is_zone, now
from app.foundation.refusals import Refused
from app.people.models import Account, Customer, Person, Role, Side
from app.people.naming import handle_for
from app.sign_in.personal_tokens.making import revoke_all_of
from app.sign_in.sessions import end_all_of


def mailbox(text: str, field: str = "email") -> str:
    """Exactly one plain address, in the one form we store. Lists, names and comments are refused."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  few starts see a new address

    try:
        checked = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=True, test_environment=True)
    except EmailNotValidError:
        raise Refused("Write one e-mail address, like name@example.com.", field) from None
    return checked.normalized.lower()


def anybody_is_here(session: ViewerSession) -> bool:
    """False on a server that was never set up."""
    return session.exec(select(Person.id).limit(1)).first() is not None


def add_colleague(
    session: ViewerSession, *, name: str, email: str, role: Role, zone: str = "UTC", title: str = ""
) -> Person:
    address = mailbox(email)
    with session.seeing_everything():
        if session.exec(select(Account.person_id).where(Account.email == address, Account.realm == "staff")).first():
            raise Refused("Somebody with this address is here already.", "email")
    person = Person(
        side=Side.staff,
        name=name,
        title=title,
        handle=handle_for(session, name),
        time_zone=zone if is_zone(zone) else "UTC",
    )
    session.add(person)
    session.flush()
    session.add(Account(person_id=person.id, email=address, realm="staff", role=role))
    session.flush()
    return person


def guest_of(session: ViewerSession, customer: Customer, *, name: str, email: str, title: str = "") -> Person:
    """The customer's contact with this mailbox: the one we know, or a new one. One mailbox that two customers invite is
    two people, who know nothing of each other."""
    address = mailbox(email)
    known = session.exec(
        select(Person)
        .join(Account, col(Account.person_id) == Person.id)
        .where(Account.email == address, Account.realm == customer.id)
    ).first()
    if known:
        return known
    person = Person(
        side=Side.guest,
        name=name,
        title=title,
        customer_id=customer.id,
        handle=handle_for(session, name, customer.id),
        time_zone=customer.time_zone,
    )
    session.add(person)
    session.flush()
    session.add(Account(person_id=person.id, email=address, realm=customer.id, role=Role.guest))
    session.flush()
    return person


def deactivate(session: ViewerSession, account: Account) -> None:
    """Out everywhere, at once; what they wrote stays, under their name."""
    account.deactivated_at = now()
    session.add(account)
    end_all_of(session, account.person_id)
    revoke_all_of(session, account.person_id)


def reactivate(session: ViewerSession, account: Account) -> None:
    account.deactivated_at = None
    session.add(account)
