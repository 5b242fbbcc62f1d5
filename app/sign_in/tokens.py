"""Secrets that people carry: made here, stored only as hashes."""

import hashlib
import hmac
import secrets


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def derived_token(secret: bytes, purpose: str, name: str) -> str:
    """The same token for the same name: a letter that is sent twice carries the same link both times."""
    return hmac.new(secret, f"{purpose}:{name}".encode(), hashlib.sha256).hexdigest()
