"""How often something may be tried: token buckets kept in the database, so that every web process counts together."""

import hashlib
import hmac
import math
from typing import NamedTuple

from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.people.models import Allowance


class Limit(NamedTuple):
    name: str
    times: int
    seconds: int


SIGN_IN = Limit("sign-in", 20, 3600)
SIGN_IN_FROM = Limit("sign-in-from", 60, 3600)
LINK_TO = Limit("link-to", 5, 3600)
LINK_FROM = Limit("link-from", 20, 3600)
INVITATIONS = Limit("invitations", 60, 3600)


def spend(session: ViewerSession, secret: bytes, limit: Limit, subject: str) -> bool:
    """Takes one from the subject's bucket; False when it is empty. Subjects are stored as HMACs, not in clear."""
    name = _name_of(secret, limit, subject)
    bucket = session.get(Allowance, name, with_for_update=True)
    if bucket is None:
        bucket = Allowance(subject=name, tokens=float(limit.times))
    refilled = (now() - bucket.updated_at).total_seconds() * limit.times / limit.seconds
    bucket.tokens = min(float(limit.times), bucket.tokens + max(0.0, refilled))
    bucket.updated_at = now()
    session.add(bucket)
    if bucket.tokens < 1:
        return False
    bucket.tokens -= 1
    return True


def forget(session: ViewerSession, secret: bytes, limit: Limit, subject: str) -> None:
    """The bucket of somebody who goes."""
    if bucket := session.get(Allowance, _name_of(secret, limit, subject)):
        session.delete(bucket)


def wait_for(limit: Limit) -> int:
    """Minutes until one more is allowed, for the sentence."""
    return math.ceil(limit.seconds / limit.times / 60)


def spend_or_refuse(session: ViewerSession, secret: bytes, limit: Limit, subject: str) -> None:
    if not spend(session, secret, limit, subject):
        raise Refused(f"That was too often in a short time. Wait {wait_for(limit)} minutes and try again.")


def _name_of(secret: bytes, limit: Limit, subject: str) -> str:
    return hmac.new(secret, f"{limit.name}:{subject.lower()}".encode(), hashlib.sha256).hexdigest()
