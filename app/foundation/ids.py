"""Random public names for rows and escalations: nothing can be counted or guessed from them."""

import hashlib
import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u to misread

_named: ContextVar[Iterator[str] | None] = ContextVar("named", default=None)


def new_id() -> str:
    """80 random bits, 16 characters."""
    named = _named.get()
    return next(named) if named else _spell(secrets.token_bytes(10))


@contextmanager
def ids_from(*names: str) -> Iterator[None]:
    """Ids drawn inside are derived from these names: a fixture's act makes the same ids whatever happened before it."""
    token = _named.set(derived_id(*names, str(number)) for number in itertools.count())
    try:
        yield
    finally:
        _named.reset(token)


def derived_id(*names: str) -> str:
    """The same id for the same names: for fixtures, whose ids must not depend on drawing order."""
    return _spell(hashlib.sha256("\0".join(names).encode()).digest()[:10])


def draw_key(prefix: str) -> str:
    """An escalation's key such as ACME-7K4, drawn and not counted."""
    return f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(3)).upper()}"


def _spell(data: bytes) -> str:
    number = int.from_bytes(data)
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(75, -5, -5))
