"""What the palette offers somebody: places, their escalations, and what they may do where they are."""

from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlmodel import col

from app.access.pages import Page
from app.access.participation import Participation
from app.access.permissions import Verb, may
from app.access.session import ViewerSession
from app.access.viewer import Viewer
from app.escalations.head import tabs_for
from app.escalations.models import Escalation
from app.people.models import Customer
from app.search.words import Words

MOST_MINE = 12
MOST_FOUND = 8


class Offer(NamedTuple):
    """One line. `asked` ones are shown only once something is typed."""

    icon: str
    label: str
    url: str
    beside: str = ""
    key: str = ""  # the keys that do the same
    asked: bool = False


STAFF_PLACES = [
    Offer("desk", "My desk", "/", key="g d"),
    Offer("inbox", "Inbox", "/inbox", key="g i"),
    Offer("esc", "Escalations", "/escalations", key="g e"),
    Offer("meet", "Meetings", "/meetings", key="g m"),
    Offer("search", "Search", "/search", key="g s"),
]
GUEST_PLACES = [
    Offer("desk", "Home", "/", key="g d"),
    Offer("inbox", "Inbox", "/inbox", key="g i"),
    Offer("search", "Search", "/search", key="g s"),
]
OFFICE = [
    Offer("people", "People", "/people", asked=True),
    Offer("customer", "Customers", "/customers", asked=True),
    Offer("mail", "Outbox", "/outbox", asked=True),
]
ACTS: list[tuple[Verb, str, str, str]] = [
    (Verb.raise_concern, "concern", "New concern", "/concerns/new"),
    (Verb.add_action, "action", "New action", "/actions/new"),
    (Verb.start_topic, "comment", "New topic", "/discussion/new"),
    (Verb.plan_meeting, "meet", "Plan a meeting", "/meetings/new"),
    (Verb.upload_recording, "recording", "Upload a recording", "/recordings/new"),
    (Verb.invite_guest, "people", "Invite somebody", "/people"),
    (Verb.edit_escalation, "edit", "Change owner, severity or health", "/vitals"),
]


def offers(page: Page, here: Escalation | None) -> list[tuple[str, list[Offer]]]:
    """Groups with their titles, none of them empty."""
    mine = _mine(page.session)
    others = [one for one in mine if here is None or one.id != here.id]
    groups = [
        (here.key, [*_acts(page.viewer, here), *_rooms(page.viewer, here)]) if here else ("", []),
        ("My escalations", [_escalation(one) for one in others]),
        ("Places", _places(page.viewer)),
        ("Do", [_named(offer, one) for one in others for offer in _acts(page.viewer, one)]),
    ]
    return [(title, some) for title, some in groups if some]


def escalations_named(session: ViewerSession, words: Words) -> list[Offer]:
    """Those whose key, title or customer has each word, as far as this viewer's session sees them."""
    columns: list[Any] = [Escalation.key, Escalation.title, Customer.name]
    query = (
        select(*columns)
        .join(Customer, col(Customer.id) == Escalation.customer_id)
        .where(
            and_(
                *(
                    or_(*(col(column).icontains(word, autoescape=True) for column in columns))
                    for word in words.typed.split()[:6]
                )
            )
        )
        .order_by(col(Escalation.closed_at).is_not(None), col(Escalation.opened_at).desc(), col(Escalation.id))
        .limit(MOST_FOUND)
    )
    return [
        Offer("esc", title, f"/escalations/{key}", f"{key} · {name}") for key, title, name in session.execute(query)
    ]


def _places(viewer: Viewer) -> list[Offer]:
    own = Offer("people", "Your profile", "/profile", asked=True)
    if viewer.is_guest:
        return [*GUEST_PLACES, own]
    opening = [Offer("plus", "Open an escalation", "/escalations/new")] if may(viewer, Verb.open_escalation) else []
    return [*STAFF_PLACES, *opening, *(OFFICE if viewer.is_manager else []), own]


def _mine(session: ViewerSession) -> list[Escalation]:
    query = (
        select(Escalation)
        .join(Participation, col(Participation.escalation_id) == Escalation.id)
        .where(col(Participation.person_id) == session.viewer.person_id, col(Participation.ended_at).is_(None))
        .where(col(Escalation.closed_at).is_(None))
        .order_by(col(Escalation.next_update_due_at), col(Escalation.id))
        .limit(MOST_MINE)
    )
    return list(session.execute(query).scalars())


def _acts(viewer: Viewer, escalation: Escalation) -> list[Offer]:
    """What this person may begin there: the same table that the doors ask."""
    if not escalation.is_open:
        return []
    return [Offer(icon, label, escalation.url + path) for verb, icon, label, path in ACTS if may(viewer, verb)]


def _rooms(viewer: Viewer, escalation: Escalation) -> list[Offer]:
    return [Offer("fwd", label, url, asked=True) for label, url, _ in tabs_for(viewer, escalation, "")]


def _escalation(one: Escalation) -> Offer:
    return Offer("esc", one.title, one.url, one.key)


def _named(offer: Offer, one: Escalation) -> Offer:
    return Offer(offer.icon, f"{offer.label} in {one.key}", offer.url, one.title, asked=True)
