"""What people are shown when something cannot be done: a sentence, what they typed, and a number to quote. Programs
get the same sentence as problem details."""

import errno
import logging
from contextlib import suppress

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

from app.access.bearing import is_api
from app.access.doors import FORM_TYPES, SignInNeeded
from app.access.gate import FORM_LIMIT, BodyTooLarge, keep_honest
from app.access.pages import Page, sign_in_address
from app.access.reloading import page_of_form
from app.access.session import as_system
from app.api.replaying import AnsweredBefore
from app.foundation.database import for_reading
from app.foundation.forms import kind_of_body, read_form, sentence_for
from app.foundation.held_file import FileReplaced
from app.foundation.problems import Problem, as_answer
from app.foundation.refusals import Busy, NotAllowed, NotFound, Refused, StorageFull, TooOften
from app.foundation.storage import NO_ROOM, StorageAway
from app.sign_in.joining import anybody_is_here
from app.sign_in.sessions import cookie_name, was_here

log = logging.getLogger("evenkeel")
NOT_FOUND = "There is nothing here, or it is not open to you."
BUSY = "The database is busy for a moment. Nothing you wrote is lost: send it again in a few seconds."
AWAY = (
    "The database cannot be reached at the moment. Nothing you wrote is lost: keep this page open and send it again when "
    "it is back."
)
FULL = (
    "The server's disk is full, so nothing can be stored. Reading works. Keep this page open and tell an administrator."
)
UNWRITABLE = (
    "The server cannot write to its disk, so nothing can be stored. Reading works. Keep this page open and tell an "
    "administrator."
)
DAMAGED = "The database is damaged, so nothing was stored. Keep this page open and tell an administrator."
TOO_OFTEN = "That was very often in a short time. Nothing you wrote is lost: wait a few seconds and send it again."
CROWDED = "Too much is going on at the moment. Nothing you wrote is lost: send it again in a few seconds."
BROKEN = (
    "Something failed on our side. What you typed is below. If it happens again, tell an administrator this number."
)
BROKEN_FOR_A_PROGRAM = (
    "Something failed on our side. If it happens again, tell an administrator the number in “request”."
)
OPENS_PAGES = ("GET", "HEAD")  # what goes on well at another address
SHOW_ONE = "Send “Authorization: Bearer” with a personal token that is neither expired nor revoked."
UNSENT = {"password", "current", "mailbox", "was", "draft"}  # never shown back: secrets, and what nobody typed


def answer_errors(site: FastAPI) -> None:
    @site.exception_handler(SignInNeeded)
    async def sign_in_needed(request: Request, _: SignInNeeded) -> Response:
        if is_api(request.url.path):
            return _tell(request, Problem(401, SHOW_ONE, headers={"www-authenticate": "Bearer"}))
        if request.method in OPENS_PAGES and not _wants_data(request):
            return await run_in_threadpool(_lead_to_sign_in, request)
        if _is_small_form(request) and await run_in_threadpool(_was_here, request):
            with suppress(StarletteHTTPException):
                await read_form(request)
        return _answer(request, 401, "You are signed out. Sign in again in another tab, then send this once more.")

    @site.exception_handler(NotFound)
    def not_found(request: Request, _: NotFound) -> Response:
        return _answer(request, 404, NOT_FOUND)

    @site.exception_handler(NotAllowed)
    def not_allowed(request: Request, refusal: NotAllowed) -> Response:
        return _answer(request, 403, refusal.sentence)

    @site.exception_handler(Refused)
    def refused(request: Request, refusal: Refused) -> Response:
        if is_api(request.url.path) and refusal.field:
            return _tell(request, Problem(422, refusal.sentence, errors=[(refusal.field, refusal.sentence)]))
        return _answer(request, 409, refusal.sentence)

    @site.exception_handler(BodyTooLarge)
    def too_large(request: Request, _: BodyTooLarge) -> Response:
        return _answer(request, 413, "That is larger than this place accepts.")

    @site.exception_handler(ClientDisconnect)
    async def gone(_: Request, __: ClientDisconnect) -> Response:
        """In the middle of what they sent. Nobody reads this, and it is not worth a line: strangers could write many."""
        return Response(status_code=400)

    @site.exception_handler(StorageFull)
    def storage_full(request: Request, _: StorageFull) -> Response:
        return _answer(request, 507, FULL)

    @site.exception_handler(StorageAway)
    def storage_away(request: Request, trouble: StorageAway) -> Response:
        return _answer(request, 503, trouble.sentence)

    @site.exception_handler(RequestValidationError)
    def bad_address(request: Request, error: RequestValidationError) -> Response:
        mistakes = [(str(one["loc"][-1]), sentence_for(one)) for one in error.errors() if one["loc"][0] != "path"]
        if is_api(request.url.path) and mistakes:
            return _tell(request, Problem(422, "Something in the address cannot be used.", errors=mistakes))
        return _answer(request, 404, NOT_FOUND)  # only paths and queries are validated there; nothing is echoed

    @site.exception_handler(StarletteHTTPException)
    def http_error(request: Request, error: StarletteHTTPException) -> Response:
        if is_api(request.url.path) and error.status_code == 405:
            return _tell(request, Problem(405, "See the Allow header.", headers=error.headers or {}))
        if error.status_code == 405 and request.method in OPENS_PAGES and (page := page_of_form(request)):
            return RedirectResponse(page, 303)
        if error.status_code in (404, 405):
            return _answer(request, 404, NOT_FOUND)
        return _answer(request, error.status_code, "This request could not be read. Go back, and try again.")

    @site.exception_handler(AnsweredBefore)
    def answered_before(request: Request, kept: AnsweredBefore) -> Response:
        headers = {"location": kept.location} if kept.location else {}
        return Response(kept.body, kept.status, headers, "application/json" if kept.body else None)

    @site.exception_handler(Problem)
    def problem(request: Request, problem: Problem) -> Response:
        return _tell(request, problem)

    @site.exception_handler(PoolTimeout)
    def pool_empty(request: Request, _: PoolTimeout) -> Response:
        return _answer(request, 503, BUSY)

    @site.exception_handler(TooOften)
    def too_often(request: Request, _: TooOften) -> Response:
        return _answer(request, 429, TOO_OFTEN)

    @site.exception_handler(Busy)
    def busy(request: Request, _: Busy) -> Response:
        return _answer(request, 503, BUSY)

    @site.exception_handler(OperationalError)
    def database_refused(request: Request, error: OperationalError) -> Response:
        log.error("database refused request %s: %s", request.state.request_id, error.orig)
        return _answer(request, *_meaning(error))

    @site.exception_handler(DatabaseError)
    def database_failed(request: Request, error: DatabaseError) -> Response:
        # The server's own words may quote what somebody typed, so only the kind of failure and its rule are logged.
        rule = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
        log.error("database failed request %s: %s %s", request.state.request_id, type(error.orig).__name__, rule)
        is_damaged = any(word in str(error.orig) for word in ("malformed", "not a database"))
        return _answer(request, 500, DAMAGED if is_damaged else BROKEN)

    @site.exception_handler(OSError)
    def system_refused(request: Request, error: OSError) -> Response:
        log.error("request %s failed", request.state.request_id, exc_info=error)
        if error.errno in NO_ROOM:
            return _answer(request, 507, FULL)
        if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
            return _answer(request, 503, CROWDED)
        return _answer(request, 500, BROKEN)

    @site.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> Response:
        log.error("request %s failed", request.state.request_id, exc_info=error)
        response = _answer(request, 500, BROKEN)
        keep_honest(response.headers, request.app.state.settings, request.state.request_id)  # it goes out past the gate
        return response


def _lead_to_sign_in(request: Request) -> Response:
    with as_system(for_reading(request.app.state.engine)) as session:
        is_set_up = anybody_is_here(session)
    return RedirectResponse(sign_in_address(request) if is_set_up else "/setup", 303)


def _is_small_form(request: Request) -> bool:
    length = request.headers.get("content-length", "")
    return kind_of_body(request.headers) in FORM_TYPES and length.isdigit() and int(length) <= FORM_LIMIT


def _was_here(request: Request) -> bool:
    """Whoever was signed in until a moment ago gets back what they typed; a stranger's body is not read."""
    token = request.cookies.get(cookie_name(request.app.state.settings))
    with as_system(for_reading(request.app.state.engine)) as session:
        return was_here(session, token)


def _meaning(error: OperationalError) -> tuple[int, str]:
    """What a database's refusal means to whoever asked. SQLite names its reasons, PostgreSQL has them in words."""
    if isinstance(error, FileReplaced):
        return 503, AWAY
    words = f"{getattr(error.orig, 'sqlite_errorname', '')} {error.orig}"
    if any(sign in words for sign in ("SQLITE_FULL", "full", "No space")):
        return 507, FULL
    if any(
        sign in words
        for sign in ("SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE", "SQLITE_READONLY")
    ):
        return 507, UNWRITABLE
    if "SQLITE_CANTOPEN" in words:
        return 503, CROWDED
    if any(
        sign in words
        for sign in ("locked", "busy", "deadlock", "too many clients", "connection slots", "too many connections")
    ):
        return 503, BUSY
    if any(sign in words for sign in ("connect", "terminating")):
        return 503, AWAY
    return 500, BROKEN


def _answer(request: Request, status: int, sentence: str) -> Response:
    headers = {"retry-after": "5"} if status in (429, 503) else {}
    if is_api(request.url.path):
        return _tell(request, Problem(status, sentence if status != 500 else BROKEN_FOR_A_PROGRAM, headers=headers))
    if _wants_data(request):
        return JSONResponse({"error": sentence, "request": request.state.request_id}, status, headers=headers)
    typed = {name: text for name, text in request.state.typed.items() if text and name not in UNSENT and len(text) > 2}
    page = Page(request, request.state.viewer, None)
    page.workspace_name = ""  # this page may say that the database is away, and does not ask it
    response = page.show("errors/error.html", status, sentence=sentence, code=status, typed=typed)
    response.headers.update(headers)
    return response


def _tell(request: Request, problem: Problem) -> Response:
    return as_answer(problem, request.state.request_id)


def _wants_data(request: Request) -> bool:
    return request.headers.get("accept", "").startswith("application/json")
