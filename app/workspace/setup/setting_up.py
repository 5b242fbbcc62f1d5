"""Turning an empty server into a workspace with its first administrator, once."""

import hashlib
import hmac

from app.access.session import ViewerSession
from app.foundation.refusals import NotFound, Refused
from app.foundation.settings import Settings
from app.people.models import Person, Role, Workspace
from app.sign_in.joining import add_colleague, anybody_is_here
from app.sign_in.passwords import set_password


def setup_key(settings: Settings) -> str:
    """What only whoever started the server can read, in its terminal."""
    return hashlib.sha256(settings.secret).hexdigest()[:12]


def needs_key(settings: Settings) -> bool:
    """On this machine's own address nobody else can be first."""
    return not settings.is_loopback


def set_up(
    session: ViewerSession,
    settings: Settings,
    *,
    workspace: str,
    name: str,
    email: str,
    password: str,
    zone: str,
    key: str,
) -> Person:
    if anybody_is_here(session):
        raise NotFound
    if needs_key(settings) and not hmac.compare_digest(key.strip().encode(), setup_key(settings).encode()):
        raise Refused("This is not the setup key. The terminal in which the server was started shows it.", "setup_key")
    person = add_colleague(session, name=name, email=email, role=Role.administrator, zone=zone)
    set_password(session, person.id, password)
    kept = session.get(Workspace, 1) or Workspace(name=workspace)
    kept.name = workspace
    session.add(kept)
    session.flush()
    return person
