"""Colleagues' passwords: argon2, one hash at a time so that a burst of sign-ins leaves the pages their processor."""

import threading
from functools import cache
from typing import TYPE_CHECKING

from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.people.models import Password

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST, LONGEST = 10, 200
_one_at_a_time = threading.BoundedSemaphore(1)


def set_password(session: ViewerSession, person_id: str, password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused(
            f"Choose a password of {SHORTEST} to {LONGEST} characters. A short sentence works well.", "password"
        )
    with _one_at_a_time:
        hash_ = _hashes().hash(password)
    kept = session.get(Password, person_id) or Password(person_id=person_id, hash=hash_)
    kept.hash, kept.changed_at = hash_, now()
    session.add(kept)


def matches(password: str, hash_: str | None) -> bool:
    """Takes as long for an address nobody has as for one that somebody has."""
    with _one_at_a_time:
        return _hashes().verify(password[:LONGEST], hash_ or _nobody()) and hash_ is not None


def _nobody() -> str:
    global _nobodys_hash
    if not _nobodys_hash:
        _nobodys_hash = _hashes().hash("the password of nobody")
    return _nobodys_hash


_nobodys_hash = ""


@cache
def _hashes() -> "PasswordHash":
    from pwdlib import PasswordHash  # noqa: PLC0415  most starts of the program come long before anybody's password
    from pwdlib.hashers.argon2 import Argon2Hasher  # noqa: PLC0415  as above

    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))
