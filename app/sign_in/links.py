"""One-time links: guests' sign-ins and invitations, colleagues' first and forgotten passwords.

A link's token is derived from the letter that carries it, so a letter sent twice carries the same link. Looking at a
link uses nothing up; posting it does, once. A newer link for the same purpose ends the older ones.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import update
from sqlmodel import col, select

from app.access.participation import Participation
from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.outbox.models import Letter
from app.outbox.writing_letters import write_letter
from app.people.models import Account, LinkPurpose, OneTimeLink, Person, SignIn
from app.sign_in.tokens import derived_token, hashed

LASTS = {
    LinkPurpose.sign_in: timedelta(minutes=15),
    LinkPurpose.invitation: timedelta(days=14),
    LinkPurpose.joining: timedelta(days=14),
    LinkPurpose.password_reset: timedelta(hours=1),
}
TRIES = 5
USED_UP = "This link has been used, replaced by a newer one, or has run out. Ask for a new one below."
WRONG_MAILBOX = (
    "That is not the address this link was sent to. Write the one the letter came to, or ask whoever invited you for a "
    "new link."
)


def send_link(
    session: ViewerSession,
    secret: bytes,
    person_id: str,
    purpose: LinkPurpose,
    *,
    escalation_id: str | None = None,
    next_path: str = "/",
    browser: str = "",
    about: dict[str, str] | None = None,
) -> Letter:
    """Writes the letter and the link it will carry."""
    _end_older(session, person_id, purpose, escalation_id)
    letter = write_letter(session, person_id, purpose.value, about=about or {})
    if letter is None:
        raise LookupError("a letter without a key is always written")
    session.add(
        OneTimeLink(
            token_hash=hashed(token_of(secret, letter.id)),
            person_id=person_id,
            purpose=purpose,
            escalation_id=escalation_id,
            next_path=next_path if is_local(next_path) else "/",
            browser_hash=hashed(browser) if browser else "",
            expires_at=now() + LASTS[purpose],
        )
    )
    session.flush()
    return letter


def token_of(secret: bytes, letter_id: str) -> str:
    return derived_token(secret, "link", letter_id)


def link_address(site: str, secret: bytes, letter_id: str) -> str:
    return f"{site}/link/{token_of(secret, letter_id)}"


def find(session: ViewerSession, token: str) -> OneTimeLink | None:
    """A link that can still be used."""
    link = session.get(OneTimeLink, hashed(token))
    usable = (
        link is not None
        and link.used_at is None
        and link.ended_at is None
        and now() < link.expires_at
        and link.tries < TRIES
    )
    return link if usable and _still_invited(session, link) else None  # type: ignore[arg-type]


def is_from_asking_browser(link: OneTimeLink, browser: str) -> bool:
    return bool(browser) and link.browser_hash == hashed(browser)


def use(session: ViewerSession, link: OneTimeLink, *, mailbox: str, same_browser: bool) -> Person:
    """Uses the link up and returns whose it is. From another browser than the one that asked, whoever holds the link
    must also know the mailbox it was sent to. Exactly one of many simultaneous posts wins."""
    account = session.get(Account, link.person_id)
    person = session.get(Person, link.person_id)
    if account is None or person is None or not account.is_active:
        raise Refused(USED_UP)
    if not same_browser and account.email != mailbox.strip().lower():
        _count_try(session, link)
        raise Refused(WRONG_MAILBOX, "mailbox")
    won = session.execute(
        update(OneTimeLink)
        .where(col(OneTimeLink.token_hash) == link.token_hash, col(OneTimeLink.used_at).is_(None))
        .values(used_at=now())
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused(USED_UP)
    return person


def end_links_into(session: ViewerSession, person_id: str, escalation_id: str) -> None:
    """What a revoked guest still holds in their mailbox is dead from this commit on."""
    _end_older(session, person_id, LinkPurpose.invitation, escalation_id)
    if not _takes_part_anywhere(session, person_id):
        session.execute(update(OneTimeLink).where(col(OneTimeLink.person_id) == person_id).values(ended_at=now()))
        session.execute(update(SignIn).where(col(SignIn.person_id) == person_id).values(ended_at=now()))


def is_local(path: str) -> bool:
    """A path of ours: `next` never leads to another site."""
    parts = urlsplit(path)
    return path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme


def _count_try(session: ViewerSession, link: OneTimeLink) -> None:
    session.execute(
        update(OneTimeLink).where(col(OneTimeLink.token_hash) == link.token_hash).values(tries=OneTimeLink.tries + 1)
    )
    session.commit()  # a wrong try counts although the request it came with is refused


def _end_older(session: ViewerSession, person_id: str, purpose: LinkPurpose, escalation_id: str | None) -> None:
    older = update(OneTimeLink).where(
        col(OneTimeLink.person_id) == person_id,
        col(OneTimeLink.purpose) == purpose,
        col(OneTimeLink.escalation_id) == escalation_id,
        col(OneTimeLink.used_at).is_(None),
    )
    session.execute(older.values(ended_at=now()))


def _still_invited(session: ViewerSession, link: OneTimeLink) -> bool:
    if link.escalation_id is None:
        return True
    place = session.get(Participation, (link.escalation_id, link.person_id))
    return place is not None and place.is_active


def _takes_part_anywhere(session: ViewerSession, person_id: str) -> bool:
    query = select(Participation.escalation_id).where(
        Participation.person_id == person_id, col(Participation.ended_at).is_(None)
    )
    return session.exec(query).first() is not None
