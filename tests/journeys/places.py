"""Every page of the product in a house that is lived in, and who stands before it."""

import re

from sqlmodel import select

from app.access.session import as_system
from app.operating.surface import routes_of, site_for_listing
from app.people.models import Account, Customer
from tests.journeys.furnishing import Furnished

# Addresses that answer with something else than a page.
NO_PAGES = re.compile(
    r"/(live|healthz|readyz|static|files|uploads|mentionable|media|transcript|palette|drafts)(/|$)|\.(ics|vtt|txt)$|…"
)
# What is there for moments only, before anybody is here or until a message has left.
FLEETING = {
    "/setup",
    "/demo/removal",
    "/escalations/{key}/discussion/update",  # leads to a topic
    "/escalations/{key}/discussion/{topic_id}/held/{message_id}/taking-back",
}


def staff_places(house: Furnished) -> dict[str, str]:
    """Name and address of what an administrator can open."""
    at, empty = house.lived_in, house.empty
    with as_system(house.engine) as session:
        customer = session.exec(select(Customer).where(Customer.mark == "ACME")).one().id
        colleague = session.exec(select(Account).where(Account.email == "tomas@tidewater.example")).one().person_id
    return {
        "desk": "/",
        "inbox": "/inbox",
        "escalations": "/escalations",
        "escalation-new": "/escalations/new",
        "people": "/people",
        "person": f"/people/{colleague}",
        "person-deactivation": f"/people/{colleague}/deactivation",
        "person-tokens": f"/people/{colleague}/tokens",
        "person-name": f"/people/{colleague}/name",
        "customers": "/customers",
        "customer": f"/customers/{customer}",
        "outbox": "/outbox",
        "profile": "/profile",
        "tokens": "/profile/tokens",
        "search": "/search",
        "search-found": "/search?q=invoices",
        "meetings": "/meetings",
        "health": "/health",
        "demo": "/demo",
        "listening": "/listening",
        **_rooms(at, ""),
        "views": f"{at}/views/customer",
        "as-a-guest": f"/as/{house.guest.rpartition('/')[2]}{at}",
        "recordings-listening": f"{at}/recordings/listening",
        "recording-hearing": f"{house.recording}/hearing",
        "vitals": f"{at}/vitals",
        "closure": f"{at}/closure",
        "meeting-new": f"{at}/meetings/new",
        "meeting-edit": f"{house.meeting}/edit",
        "meeting-sharing": f"{house.meeting}/sharing",
        "meeting-item": f"{house.item}/edit",
        "recording-line": house.line,
        "recording-new": f"{at}/recordings/new",
        "recording-sharing": f"{house.recording}/sharing",
        "recording-removal": f"{house.recording}/removal",
        "recording-replacement": f"{house.recording}/replacement",
        "concern-internal": house.internal_concern,
        "concern-sharing": f"{house.internal_concern}/sharing",
        "concerns-our-order": f"{at}/concerns?order=ours",
        "action-edit": f"{house.action}/edit",
        "message-edit": f"{house.own_message}/edit",
        "message-history": f"{house.own_message}/history",
        "message-removal": f"{house.own_message}/removal",
        "message-sharing": f"{house.internal_message}/sharing",
        "guest-removal": f"{house.guest}/removal",
        "note-history": f"{house.note}/history",
        **_records(house),
        **_rooms(empty, "empty-"),
    }


def guest_places(house: Furnished) -> dict[str, str]:
    """What Ruth of Acme can open."""
    return {
        "home": "/",
        "inbox": "/inbox",
        "profile": "/profile",
        "search-found": "/search?q=invoices",
        **_rooms(house.lived_in, ""),
        **_records(house),
    }


def guest_places_of_a_beginning(house: Furnished) -> dict[str, str]:
    """What Imani of Hartwell finds on the first day."""
    return {"home": "/", "inbox": "/inbox", **_rooms(house.empty, "empty-")}


def public_places() -> dict[str, str]:
    return {
        "sign-in": "/sign-in",
        "forgotten-password": "/forgotten-password",
        "link-over": "/link/this-was-used-long-ago",
        "not-found": "/nothing-is-here",
    }


def pages_nobody_looks_at(addresses: set[str]) -> set[str]:
    """The routes of pages that none of these addresses opens."""
    paths = {address.partition("?")[0] for address in addresses}
    routes = {route.path for route in routes_of(site_for_listing()) if route.method == "GET"}
    routes -= FLEETING
    return {route for route in routes if not NO_PAGES.search(route) and not any(map(_pattern(route).fullmatch, paths))}


def _rooms(at: str, prefix: str) -> dict[str, str]:
    rooms = {
        "overview": "",
        "concerns": "/concerns",
        "concern-new": "/concerns/new",
        "actions": "/actions",
        "action-new": "/actions/new",
        "actions-done": "/actions?show=done",
        "discussion": "/discussion",
        "topic-new": "/discussion/new",
        "people-of-it": "/people",
        "timeline": "/timeline",
        "meetings-of-it": "/meetings",
        "recordings": "/recordings",
    }
    return {prefix + name: at + path for name, path in rooms.items()}


def _records(house: Furnished) -> dict[str, str]:
    return {
        "concern": house.concern,
        "action": house.action,
        "topic": house.topic,
        "meeting": house.meeting,
        "meeting-print": f"{house.meeting}/print",
        "recording": house.recording,
        "recording-found": f"{house.recording}?q=country",
    }


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]*\\\}", r"[^/]+", re.escape(route)))
