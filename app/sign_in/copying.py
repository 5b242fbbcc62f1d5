"""One-time links to hand over oneself, where no mail server sends them."""

from collections.abc import Iterable

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.settings import Settings
from app.people.models import OneTimeLink
from app.sign_in.links import TRIES, link_address, token_of
from app.sign_in.tokens import hashed


def links_to_copy(session: ViewerSession, settings: Settings, letter_ids: Iterable[str]) -> dict[str, str]:
    """The address each letter would carry, for those that still open something. Who may see it is the caller's rule."""
    letters = list(letter_ids)
    if settings.smtp_url or not letters:
        return {}
    alive = still_opening(session, settings, letters)
    return {
        letter_id: link_address(settings.site, settings.secret, letter_id)
        for letter_id in letters
        if letter_id in alive
    }


def still_opening(session: ViewerSession, settings: Settings, letter_ids: Iterable[str]) -> set[str]:
    """The letters whose link was not used, replaced, revoked or overtaken by time."""
    letters = {hashed(token_of(settings.secret, letter_id)): letter_id for letter_id in letter_ids}
    usable = select(OneTimeLink.token_hash).where(
        col(OneTimeLink.token_hash).in_(letters),
        col(OneTimeLink.used_at).is_(None),
        col(OneTimeLink.ended_at).is_(None),
        OneTimeLink.expires_at > now(),
        OneTimeLink.tries < TRIES,
    )
    with session.seeing_everything():  # whether it exists, by its hash; the links themselves are nobody's to read
        return {letters[token_hash] for token_hash in session.exec(usable)}
