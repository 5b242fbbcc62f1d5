"""What can be reached from outside: every route with its door, its verb and its parameters."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from app.access.bearing import API
from app.access.doors import current_viewer, managers_only, public, staff_only
from app.api.doors import by_token
from app.api.mounting import routes_for_programs
from app.foundation.database import open_database
from app.foundation.settings import Settings


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    kind: str  # page, files or program
    door: str  # staff, managers, shared, token, public; empty where there is none
    verb: str  # what an unsafe route does; empty for reading
    params: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def routes_of(site: FastAPI) -> list[Route]:
    found = [_route(context, method) for context in _pages(site) for method in sorted(context.methods or set())]
    mounts = [
        Route("GET", f"{mount.path}/…", "files", "public", "")
        for mount in site.routes
        if isinstance(mount, Mount) and isinstance(mount.app, StaticFiles)
    ]
    return sorted(found + mounts, key=lambda route: (route.path, route.method))


def routes_of_api() -> list[Route]:
    """What programs reach: the same for every site."""
    routes: Any = routes_for_programs()
    contexts = [context for context in iter_route_contexts(routes.routes) if hasattr(context, "dependant")]
    found = [
        _route(context, method, "program", API) for context in contexts for method in sorted(context.methods or set())
    ]
    return sorted(found, key=lambda route: (route.path, route.method))


def site_for_listing() -> FastAPI:
    from app.main import build_site  # noqa: PLC0415  main imports every page; only this one function needs them

    return build_site(
        Settings(secret_key="only to list the routes, never served"),  # noqa: S106  signs nothing
        open_database("sqlite:////nowhere/never-opened.db"),
    )


def guards_of(dependant: Any) -> Iterator[Callable[..., Any]]:
    for child in dependant.dependencies:
        yield child.call
        yield from guards_of(child)


def _pages(site: FastAPI) -> list[Any]:
    return [context for context in iter_route_contexts(site.routes) if hasattr(context, "dependant")]


def _route(context: Any, method: str, kind: str = "page", under: str = "") -> Route:
    guards = set(guards_of(context.dependant))
    verbs = [str(guard.verb) for guard in guards if hasattr(guard, "verb")]
    params = [param for param in context.path.split("/") if param.startswith("{")]
    return Route(method, under + context.path, kind, _door(guards), verbs[0] if verbs else "", params)


def _door(guards: set[Any]) -> str:
    for name, guard in (
        ("token", by_token),
        ("managers", managers_only),
        ("staff", staff_only),
        ("shared", current_viewer),
        ("public", public),
    ):
        if guard in guards:
            return name
    return ""
