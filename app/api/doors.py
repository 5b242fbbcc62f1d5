"""How a program gets in: with a token, at a pace, asking for nothing we do not know, and each act once."""

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import IntegrityError
from starlette.concurrency import run_in_threadpool

from app.access.bearing import Bearer
from app.access.doors import JSON, CurrentSession, CurrentViewer, SignInNeeded, requires
from app.access.gate import SAFE_METHODS
from app.access.pace import Pace
from app.access.permissions import Verb
from app.api.replaying import Act, keep_answer, kept_answer, still_there
from app.escalations.doors import find_escalation
from app.foundation.forms import kind_of_body
from app.foundation.problems import Problem
from app.foundation.refusals import NotFound

A_MINUTE = 300
SAME_KEY = "idempotency-key"
ONE_KEY = re.compile("[!-~]{1,200}")
pace = Pace(A_MINUTE)  # of one process: several of them allow several times as much
_under_way: set[tuple[str, str]] = set()


def by_token(request: Request, viewer: CurrentViewer) -> Bearer:
    bearer: Bearer | None = request.state.bearer
    if bearer is None or not viewer.is_staff:
        raise SignInNeeded
    if not pace.allows(bearer.token_id):
        raise Problem(
            429, f"At most {pace.a_minute} requests a minute. Wait a second, then go on.", headers={"retry-after": "1"}
        )
    if request.method not in SAFE_METHODS and not bearer.may_write:
        raise Problem(403, "This token reads and does not write. Make one that does.", "scope-needed")
    unknown = set(request.query_params) - request.state.known
    if unknown:
        raise Problem(422, "There is a name in the address that this resource does not know.", errors=[("", UNKNOWN)])
    if "\0" in request.url.path or "\0" in "".join(request.query_params.values()):
        raise NotFound
    return bearer


UNKNOWN = "Leave out what is not in the description."
ByToken = Annotated[Bearer, Depends(by_token)]


class ApiRoute(APIRoute):
    """Keeps the answer to an act with the act itself: this runs before the session is committed."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = set(_names_in_address(self.dependant))

        async def handling(request: Request) -> Response:
            request.state.known, request.state.act = known, None
            response = await handle(request)
            if request.state.act is not None:
                try:
                    await run_in_threadpool(keep_answer, request.state.act, response)
                except IntegrityError:
                    raise _still_under_way() from None  # another process was quicker; nothing of this was stored
            return response

        return handling


def ApiPages(**options: Any) -> APIRouter:
    """Open to colleagues' tokens, and to nothing else."""
    return APIRouter(dependencies=[Depends(by_token)], redirect_slashes=False, route_class=ApiRoute, **options)


async def one_at_a_time(request: Request, bearer: ByToken) -> AsyncIterator[None]:
    """From before the act has its turn until it is committed."""
    key = request.headers.get(SAME_KEY)
    if key is None:
        yield
        return
    if not ONE_KEY.fullmatch(key):
        raise Problem(400, "An Idempotency-Key has 1 to 200 printable characters and no spaces.")
    itself = (bearer.token_id, key)
    if itself in _under_way:
        raise _still_under_way()
    _under_way.add(itself)
    try:
        yield
    finally:
        _under_way.discard(itself)


async def once(
    request: Request,
    bearer: ByToken,
    alone: Annotated[None, Depends(one_at_a_time, scope="function")],
    session: CurrentSession,
) -> None:
    """An act that was answered before is answered the same again, to whoever still sees what it was about."""
    key = request.headers.get(SAME_KEY)
    if key is None:
        return
    body = await request.body() if kind_of_body(request.headers) == JSON else b""  # nothing else is read by any act
    asked = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).hexdigest()
    act = Act(session, bearer.token_id, key, asked, request.url.path)
    escalation = request.path_params.get("key")
    if escalation is not None:
        await run_in_threadpool(find_escalation, session, escalation)
    kept = await run_in_threadpool(kept_answer, act)
    if kept is not None:
        await run_in_threadpool(still_there, session, kept, request.path_params.get("recording_id"))
        raise kept
    request.state.act = act


def acts(verb: Verb) -> list[Any]:
    """For POST: names the verb, and does it once however often it is sent with the same key."""
    return [requires(verb), Depends(once)]


def _names_in_address(dependant: Any) -> Iterator[str]:
    for param in dependant.query_params:
        yield param.alias
    for child in dependant.dependencies:
        yield from _names_in_address(child)


def _still_under_way() -> Problem:
    sentence = "The same act is being done at this moment. Ask again in a second."
    return Problem(409, sentence, "under-way", headers={"retry-after": "1"})
