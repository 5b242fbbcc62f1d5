"""Every address that names more than an escalation, filled with ids of rows that its visitor may not reach."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.operating.surface import Route, routes_of
from tests.attacks.conftest import World

HERE = "ACME-7K4"
NOBODYS = "0123456789abcdef"
FIXED = {"number": "1", "name": "file.txt"}
# Elsewhere these names stand for rows outside of an escalation.
OUTSIDE = {"person_id", "customer_id", "notification_id", "letter_id", "token", "team_id"}
SAFE = {"GET", "HEAD", "OPTIONS"}
# One body that every form accepts something of, so that a refusal is not about what is missing.
ANYTHING = {
    "title": "Something else",
    "text": "Other words",
    "words": "Other words",
    "details": "More words",
    "version": "1",
    "base": "1",
    "audience": "shared",
    "starts_at": "2026-03-09T10:00",
    "minutes": "30",
    "proposed_on": "2026-03-19",
    "answer": "looking_into_it",
    "url": "https://tracker.example/X-1",
    "confirmed": "yes",
    "message": NOBODYS,
    "moved": NOBODYS,
}


@dataclass(frozen=True)
class Attempt:
    """One request with somebody else's ids, and the same request with ids that nobody has."""

    method: str
    foreign: str
    random: str
    where: str
    ids: tuple[str, ...]


def params_of(route: Route) -> list[str]:
    return re.findall(r"{(\w+)}", route.path)


def child_params(route: Route) -> list[str]:
    return [name for name in params_of(route) if name != "key" and name not in FIXED]


def attempts(world: World, route: Route, sets: list[str]) -> Iterator[Attempt]:
    """Each id of the address replaced alone, and all of them together; of the later sets all of them together."""
    names = child_params(route)
    own = {name: _id(world, "own", name, route) for name in names}
    for at in sets:
        theirs = {name: _id(world, at, name, route) for name in names}
        alone = {(name,) for name in names} if at in sets[:2] else set()
        for replaced in alone | {tuple(names)}:
            foreign = own | {name: theirs[name] for name in replaced}
            random = own | dict.fromkeys(replaced, NOBODYS)
            yield Attempt(
                route.method,
                fill(route.path, foreign),
                fill(route.path, random),
                f"{route.method} {route.path} {'+'.join(replaced)} of {at}",
                tuple(theirs[name] for name in replaced),
            )


def fill(path: str, ids: dict[str, str]) -> str:
    return re.sub(r"{(\w+)}", lambda found: {"key": HERE, **FIXED, **ids}[found[1]], path)


def with_children(world: World) -> list[Route]:
    """Routes inside an escalation that name a row as well."""
    return [
        route
        for route in routes_of(world.site)
        if "{key}" in route.path and set(child_params(route)) - OUTSIDE and not set(child_params(route)) & OUTSIDE
    ]


def _id(world: World, at: str, name: str, route: Route) -> str:
    if name == "message_id" and "/held/" in route.path:
        name = "held"
    return world.sets[at][name]  # a KeyError here: tell `furnish` of the new kind of row
