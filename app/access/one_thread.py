"""A page in one thread, from its look-ups to its commit. A page names what it needs, as `here: CurrentHere, topic:
CurrentTopic`; FastAPI would send each plain function behind that into a thread of its own turn, and ask each for all those
below it again. Each turn in a thread is one more wait."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, get_args, get_origin

from fastapi.params import Depends

from app.access.pages import Page
from app.access.session import ViewerSession

Call = Callable[..., Any]
Taken = dict[str, Any]  # the parameter, and what it is given: a name that FastAPI fills, or the look-up that finds it


def in_one_thread(page: Call) -> Call:
    """The same page for FastAPI: it asks for what the look-ups need, makes them itself, each of them once, and finishes the
    session they were made in: what a page refused is not kept, unless by the house itself, which counts wrong passwords. A
    page that fails leaves that to the door."""
    if inspect.iscoroutinefunction(page):
        return page
    asked: dict[str, inspect.Parameter] = {}
    steps: dict[Call, Taken] = {}
    if not _plan(page, asked, steps):
        return page

    @wraps(page)
    def look_up_and_answer(**given: Any) -> Any:
        found: dict[Any, Any] = dict(given)
        for step, taken in steps.items():
            found[step] = step(**{name: found[source] for name, source in taken.items()})
        is_refused = getattr(found[page], "status_code", 200) >= 400
        for opened in given.values():
            session = opened.session if isinstance(opened, Page) and opened.has_session else opened
            if isinstance(session, ViewerSession):
                session.finish(keeps=not is_refused or session.viewer.is_system)
        return found[page]

    signature = inspect.signature(page).replace(parameters=list(asked.values()))
    look_up_and_answer.__signature__ = signature  # type: ignore[attr-defined]
    return look_up_and_answer


def _plan(step: Call, asked: dict[str, inspect.Parameter], steps: dict[Call, Taken]) -> bool:
    """Puts down the step after all that it needs. False where two of them mean different things by one name."""
    taken: Taken = {}
    for name, parameter in inspect.signature(step).parameters.items():
        look_up = _look_up(parameter.annotation)
        if look_up is None:
            parameter = parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            if asked.setdefault(name, parameter) != parameter:
                return False
        elif look_up not in steps and not _plan(look_up, asked, steps):
            return False
        taken[name] = look_up or name
    steps[step] = taken
    return True


def _look_up(annotation: Any) -> Call | None:
    """The plain function behind a parameter, if that is what fills it."""
    known = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    for depends in known:
        if isinstance(depends, Depends) and inspect.isfunction(depends.dependency):
            waits = inspect.iscoroutinefunction(depends.dependency) or inspect.isasyncgenfunction(depends.dependency)
            if not waits and not inspect.isgeneratorfunction(depends.dependency):
                return depends.dependency
    return None
