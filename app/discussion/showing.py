"""One message as HTML, kept in memory for as long as nothing in it changes."""

from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from markupsafe import Markup

from app.access.permissions import Verb
from app.discussion.deleting import may_delete
from app.discussion.naming import topic_url
from app.discussion.rows import MessageRow
from app.escalations.doors import Here
from app.foundation.clock import today
from app.foundation.rendering import templates

KEPT = 4000  # eight topics of 500
LONG = 4000  # characters; what is longer is not kept, so that a few of them cannot use up the memory
ACTS = (Verb.post_message, Verb.share_message, Verb.add_action, Verb.edit_own_message, Verb.delete_message)


class Look(NamedTuple):
    """All of a message's HTML that is not the message: who reads it, where and when."""

    url: str  # of its topic
    escalation_url: str
    customer: str
    zone: str
    day: date  # "Today" is said on one day
    tells_audience: bool  # its reader sees what is internal too, and so is told which is which
    is_own: bool
    acts: frozenset[Verb]
    may_delete: bool
    has_menu: bool


class Shown(NamedTuple):
    """All that a message's template is given, and so all that its HTML can depend on: equal ones look alike, whoever
    reads them. A row comes from its reader's own session; nobody reaches the HTML of one they cannot see."""

    row: MessageRow
    look: Look

    def may(self, verb: str) -> bool:
        return verb in self.look.acts


def shows_messages(here: Here, *, menu: bool = True) -> Callable[[MessageRow], Markup]:
    """How this request's reader sees messages."""
    viewer, customer, inside = here.viewer, here.head.customer.name, here.head.inside is not None
    acts, day = frozenset(verb for verb in ACTS if here.may(verb)), today(viewer.zone)

    @cache  # of one request: a topic's messages have few looks, and one that is the same object is compared at once
    def look(topic_id: str, author_id: str, is_guests: bool, has_menu: bool) -> Look:
        return Look(
            url=topic_url(here.escalation.key, topic_id),
            escalation_url=here.url,
            customer=customer,
            zone=viewer.zone,
            day=day,
            tells_audience=inside,
            is_own=author_id == viewer.person_id,
            acts=acts,
            may_delete=may_delete(viewer, author_id, is_guests),
            has_menu=has_menu,
        )

    def show(row: MessageRow) -> Markup:
        has_menu = menu and not row.is_held and row.deleted_at is None
        shown = Shown(row, look(row.topic_id, row.author_id, row.is_guests, has_menu))
        return _html(shown) if row.is_held or len(row.text) > LONG else _kept_html(shown)

    return show


def _html(shown: Shown) -> Markup:
    html: Markup = templates.get_template("discussion/_message.html").module.message(shown)  # type: ignore[attr-defined]
    return html


_kept_html = lru_cache(maxsize=KEPT)(_html)
