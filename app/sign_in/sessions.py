"""A browser that is signed in: started, recognised on each request, ended."""

import time
from datetime import timedelta
from functools import cache
from threading import Lock
from typing import Any

from sqlalchemy import Engine, bindparam, update
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.access.recognising import viewer_of
from app.access.session import ViewerSession, as_system
from app.access.viewer import Viewer
from app.foundation.clock import now
from app.foundation.database import for_a_page, is_sqlite
from app.foundation.glance import Glance, NotAtOnce
from app.foundation.settings import Settings
from app.people.models import Account, Person, Side, SignIn
from app.sign_in.tokens import hashed, new_token

GUEST_LASTS, GUEST_IDLE = timedelta(days=7), timedelta(hours=12)
STAFF_LASTS, STAFF_IDLE = timedelta(days=30), timedelta(days=7)
SEEN_EVERY = timedelta(minutes=10)
MARK_AGAIN = 30.0  # seconds after the database refused a mark


def cookie_name(settings: Settings) -> str:
    """Browsers keep a `__Host-` cookie for https alone; on this machine's own address there is none."""
    return "__Host-evenkeel" if settings.is_https else "evenkeel"


def start(session: ViewerSession, person: Person) -> str:
    """A new sign-in for this person; returns the token for the cookie. Always a new one: nothing preset survives."""
    token = new_token()
    lasts = GUEST_LASTS if person.is_guest else STAFF_LASTS
    session.add(SignIn(token_hash=hashed(token), person_id=person.id, expires_at=now() + lasts))
    return token


def give_cookie(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        cookie_name(settings),
        token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.is_https,
        max_age=30 * 86400,
    )


def take_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(cookie_name(settings), path="/", httponly=True, samesite="lax", secure=settings.is_https)


def was_here(session: ViewerSession, token: str | None) -> bool:
    """Whether this cookie was ever given to somebody, over as it may be."""
    return bool(token) and len(token or "") <= 100 and session.get(SignIn, hashed(token or "")) is not None


def end(session: ViewerSession, token_hash: str) -> None:
    if found := session.get(SignIn, token_hash):
        found.ended_at = now()
        session.add(found)


def end_all_of(session: ViewerSession, person_id: str) -> None:
    """Everywhere at once: a deactivation, a new password, a revoked guest."""
    open_ones = (
        update(SignIn).where(col(SignIn.person_id) == person_id, col(SignIn.ended_at).is_(None)).values(ended_at=now())
    )
    session.execute(open_ones)


class Recogniser:
    """Turns a request's cookie into the viewer, or nobody. Read anew each time: an ended sign-in ends at once."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.reading = for_a_page(engine)
        self.cookie = cookie_name(settings)
        self._glance = Glance(engine, _sign_in()) if is_sqlite(engine) else None
        self._marking = Lock()
        self._mark_after = 0.0

    def __call__(self, connection: HTTPConnection) -> Viewer | None:
        token_hash = self._shown(connection)
        if token_hash is None:
            return None
        with self.reading.connect() as asked:  # columns and no session: every request comes by here
            row = asked.execute(_sign_in(), {"token_hash": token_hash}).first()
        if row is None or not is_valid(row):
            return None
        if _is_to_be_marked(row):
            self._mark_seen(token_hash)
        return viewer_of(row, row, token_hash)

    def at_once(self, connection: HTTPConnection) -> Viewer | None:
        """The same on the event loop, which must not wait; NotAtOnce where that cannot be."""
        token_hash = self._shown(connection)
        if token_hash is None:
            return None
        if self._glance is None:
            raise NotAtOnce
        row = self._glance({"token_hash": token_hash})
        if row is None or not is_valid(row):
            return None
        if _is_to_be_marked(row):
            raise NotAtOnce
        return viewer_of(row, row, token_hash)

    def _shown(self, connection: HTTPConnection) -> str | None:
        token = connection.cookies.get(self.cookie)
        return hashed(token) if token and len(token) <= 100 else None

    def _mark_seen(self, token_hash: str) -> None:
        """Of those who look while the database is busy or full, one waits a moment for it, and the others not at all;
        the mark is made on a later request."""
        if time.monotonic() < self._mark_after or not self._marking.acquire(blocking=False):
            return
        try:
            with as_system(self.engine) as session:
                session.execute(update(SignIn).where(col(SignIn.token_hash) == token_hash).values(seen_at=now()))
                session.commit()
        except OperationalError:
            self._mark_after = time.monotonic() + MARK_AGAIN
        finally:
            self._marking.release()


@cache
def _sign_in() -> Any:
    columns: list[Any] = [
        *(SignIn.seen_at, SignIn.expires_at, SignIn.ended_at),
        *(Account.role, Account.theme, Account.shortcuts, Account.deactivated_at),
        *(Person.id, Person.side, Person.name, Person.time_zone, Person.customer_id),
    ]
    return (
        select(*columns)
        .select_from(SignIn)
        .join(Account, col(Account.person_id) == SignIn.person_id)
        .join(Person, col(Person.id) == SignIn.person_id)
        .where(SignIn.token_hash == bindparam("token_hash"))
    )


def _is_to_be_marked(row: Any) -> bool:
    return abs(now() - row.seen_at) > SEEN_EVERY


def is_valid(row: Any) -> bool:
    """What lies further ahead than it can was written while the clock was wrong, and is not waited for: a sign-in lasts no
    longer by that than it should."""
    idle, lasts = (GUEST_IDLE, GUEST_LASTS) if row.side is Side.guest else (STAFF_IDLE, STAFF_LASTS)
    moment = now()
    return (
        row.ended_at is None
        and row.deactivated_at is None
        and moment < row.expires_at <= moment + lasts + idle
        and abs(moment - row.seen_at) < idle + SEEN_EVERY
    )
