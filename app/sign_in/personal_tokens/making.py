"""Making a token and taking it back."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import update
from sqlmodel import col, func, select

from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.refusals import NotAllowed, NotFound, Refused
from app.sign_in.personal_tokens.models import PersonalToken, Scope
from app.sign_in.tokens import hashed, new_token

MARK = "evk_"  # so that people, and programs that look for leaked secrets, know one when they see it
SHOWN = 8
MOST = 20
LONGEST = 365  # days
USUAL = 90


class Made(NamedTuple):
    """The only moment in which the token itself is known."""

    token: str
    name: str


def make_token(session: ViewerSession, name: str, scope: Scope, days: int = USUAL) -> Made:
    person_id = session.viewer.person_id
    if person_id is None or not session.viewer.is_staff:
        raise NotAllowed("Only our own people have tokens.")
    if not 1 <= days <= LONGEST:
        raise Refused(f"Choose between 1 and {LONGEST} days.", "days")
    if _living(session, person_id) >= MOST:
        raise Refused(f"You have {MOST} tokens. Revoke one that is no longer used.", "name")
    token = MARK + new_token()
    session.add(
        PersonalToken(
            token_hash=hashed(token),
            beginning=token[:SHOWN],
            person_id=person_id,
            name=name,
            scope=scope,
            expires_at=now() + timedelta(days=days),
        )
    )
    session.flush()
    return Made(token, name)


def revoke(session: ViewerSession, token_id: str) -> str:
    """One's own, or as an administrator anybody's; answers whose it was. The next request with it is refused."""
    with session.seeing_everything():
        whose = session.exec(select(PersonalToken.person_id).where(PersonalToken.id == token_id)).first()
    viewer = session.viewer
    if whose is None or not (whose == viewer.person_id or viewer.is_administrator):
        raise NotFound
    _end(session, col(PersonalToken.id) == token_id)
    return whose


def revoke_all_of(session: ViewerSession, person_id: str) -> None:
    """With the person: letting them in again later revives no token."""
    _end(session, col(PersonalToken.person_id) == person_id)


def _end(session: ViewerSession, which: object) -> None:
    ended = update(PersonalToken).where(which, col(PersonalToken.revoked_at).is_(None))  # type: ignore[arg-type]
    session.execute(
        ended.values(revoked_at=now(), revoked_by_id=session.viewer.person_id).execution_options(
            synchronize_session=False
        )
    )


def _living(session: ViewerSession, person_id: str) -> int:
    query = select(func.count()).where(
        PersonalToken.person_id == person_id,
        col(PersonalToken.revoked_at).is_(None),
        col(PersonalToken.expires_at) > now(),
    )
    with session.seeing_everything():
        return session.exec(query).one()
