"""Where to go when somebody reloads the answer to a form: its address takes forms only, and the page stands elsewhere."""

from collections.abc import Iterable, Iterator

from fastapi import Request
from fastapi.routing import APIRoute

from app.access.doors import managers_only, staff_only
from app.access.viewer import Viewer

OURS = {staff_only, managers_only}


def page_of_form(request: Request) -> str:
    """The page that shows the form: the nearest above it in its own file, else that file's first, else the nearest at
    all. Empty where the address takes no form of theirs, or a program asks."""
    viewer: Viewer | None = request.state.viewer
    if viewer is None or "text/html" not in request.headers.get("accept", ""):
        return ""
    routes = [route for route in request.app.router.routes if isinstance(route, APIRoute)]
    path = request.url.path
    taken = next((one for one in routes if "POST" in (one.methods or ()) and one.path_regex.match(path)), None)
    if taken is None or (viewer.is_guest and _is_ours(taken)):
        return ""
    pages = [one for one in routes if "GET" in (one.methods or ()) and not (viewer.is_guest and _is_ours(one))]
    siblings = [page for page in pages if page.endpoint.__module__ == taken.endpoint.__module__]
    return _nearest(path, siblings) or _first(path, taken, siblings) or _nearest(path, pages) or "/"


def _is_ours(route: APIRoute) -> bool:
    return any(one.dependency in OURS for one in route.dependencies)


def _nearest(path: str, pages: Iterable[APIRoute]) -> str:
    return next((above for above in _above(path) if any(page.path_regex.match(above) for page in pages)), "")


def _above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _first(path: str, taken: APIRoute, pages: Iterable[APIRoute]) -> str:
    found = taken.path_regex.match(path)
    known = found.groupdict() if found else {}
    beside = [page for page in pages if not page.path.startswith(taken.path + "/")]
    page = next((page for page in beside if set(page.param_convertors) <= set(known)), None)
    return page.path.format(**{name: known[name] for name in page.param_convertors}) if page else ""
