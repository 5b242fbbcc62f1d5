"""A person's tokens as their page shows them: never the token, and never its hash."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import col

from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.refusals import NotFound
from app.sign_in.personal_tokens.models import PersonalToken, Scope


class TokenRow(NamedTuple):
    id: str
    name: str
    beginning: str
    scope: Scope
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= now()


def tokens_of(session: ViewerSession, person_id: str) -> list[TokenRow]:
    """Those not revoked, the newest first: one's own, or as an administrator anybody's."""
    viewer = session.viewer
    if not (viewer.is_staff and (viewer.person_id == person_id or viewer.is_administrator)):
        raise NotFound
    columns: list[Any] = [
        PersonalToken.id,
        PersonalToken.name,
        PersonalToken.beginning,
        PersonalToken.scope,
        PersonalToken.created_at,
        PersonalToken.expires_at,
        PersonalToken.last_used_at,
    ]
    query = (
        select(*columns)
        .where(col(PersonalToken.person_id) == person_id, col(PersonalToken.revoked_at).is_(None))
        .order_by(col(PersonalToken.created_at).desc(), col(PersonalToken.id))
    )
    with session.seeing_everything():
        return [TokenRow(*row) for row in session.execute(query)]
