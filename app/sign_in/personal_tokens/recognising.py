"""From the token a program shows to whom it speaks for. Read anew each time: what was revoked ends at once."""

import time
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import Engine, or_, update
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from app.access.bearing import Bearer
from app.access.recognising import viewer_of
from app.access.session import as_system
from app.foundation.clock import now
from app.foundation.database import for_a_page
from app.people.models import Account, Person
from app.sign_in.personal_tokens.making import MARK
from app.sign_in.personal_tokens.models import PersonalToken, Scope
from app.sign_in.tokens import hashed

USED_EVERY = timedelta(minutes=1)
MARK_AGAIN = 30.0  # seconds after the database refused a mark


class TokenRecogniser:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.reading = for_a_page(engine)
        self._marking = Lock()
        self._mark_after = 0.0

    def __call__(self, authorization: str) -> Bearer | None:
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token.startswith(MARK) or len(token) > 100:
            return None
        with as_system(self.reading) as session:
            found = session.exec(
                select(PersonalToken, Account, Person)
                .join(Account, col(Account.person_id) == PersonalToken.person_id)
                .join(Person, col(Person.id) == PersonalToken.person_id)
                .where(PersonalToken.token_hash == hashed(token))
            ).first()
        if found is None or not is_valid(*found):
            return None
        kept, account, person = found
        moment = now()
        if kept.last_used_at is None or moment - kept.last_used_at >= USED_EVERY:
            self._mark_used(kept.id, moment)
        viewer = viewer_of(person, account, kept.token_hash)
        return Bearer(viewer, kept.id, may_write=kept.scope is Scope.write)

    def _mark_used(self, token_id: str, moment: datetime) -> None:
        """As with a sign-in: while the database is busy or full one of them waits for it, and the others do not."""
        if time.monotonic() < self._mark_after or not self._marking.acquire(blocking=False):
            return
        last = col(PersonalToken.last_used_at)
        try:
            with as_system(self.engine) as session:
                mark = update(PersonalToken).where(
                    col(PersonalToken.id) == token_id, or_(last.is_(None), last < moment - USED_EVERY)
                )
                session.execute(mark.values(last_used_at=moment))
                session.commit()
        except OperationalError:
            self._mark_after = time.monotonic() + MARK_AGAIN
        finally:
            self._marking.release()


def is_valid(token: PersonalToken, account: Account, person: Person) -> bool:
    return (
        token.revoked_at is None
        and now() < token.expires_at
        and account.is_active
        and not person.is_guest  # a guest has none; one that was made all the same opens nothing
    )
