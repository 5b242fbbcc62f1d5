"""Before anything else happens to a request: the right host, no foreign page behind it, a body of a sane size, who is
signed in; and after it the headers that keep a browser honest. Pure ASGI, so that it holds for every route and mount."""

import secrets
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access.bearing import Bearer, is_api
from app.access.viewer import Viewer
from app.foundation.forms import kind_of_body
from app.foundation.glance import NotAtOnce
from app.foundation.problems import Problem, as_answer
from app.foundation.settings import Settings

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
FORM_LIMIT = 1_000_000  # bytes of a form without files
FILE_LIMIT = 64_000_000  # bytes of a form with small files; recordings go through resumable uploads
CHUNK_LIMIT = 128_000_000  # bytes of one piece of a resumable upload
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "x-frame-options": "DENY",
}


class BodyTooLarge(Exception):
    """More arrived than was announced or is accepted."""


class Recognises(Protocol):
    """Who shows this cookie. `at_once` waits for nothing, on the event loop, and is NotAtOnce where it would have to."""

    def __call__(self, connection: HTTPConnection) -> Viewer | None: ...

    def at_once(self, connection: HTTPConnection) -> Viewer | None: ...


class Gate:
    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        recognise: Recognises,
        recognise_token: Callable[[str], Bearer | None],
    ) -> None:
        self.app = app
        self.settings = settings
        self.recognise = recognise
        self.recognise_token = recognise_token
        self.host = urlsplit(settings.site).netloc.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope.setdefault("state", {})
        scope["state"]["request_id"] = secrets.token_hex(6)
        scope["state"]["viewer"] = None
        scope["state"]["bearer"] = None
        scope["state"]["trouble"] = None
        scope["state"]["typed"] = {}
        is_static = scope["path"].startswith("/static/")
        send = self._with_headers(scope, send, is_static)
        if refusal := self._refuse(scope, headers):
            await refusal(scope, receive, send)
            return
        if not is_static and scope["path"] not in ("/healthz", "/readyz"):
            try:
                await self._recognise(scope, headers)
            except SQLAlchemyError as error:
                scope["state"]["trouble"] = error  # said by the door, where there are pages for it
        await self.app(scope, _bounded(receive, _body_limit(scope, headers)), send)

    async def _recognise(self, scope: Scope, headers: Headers) -> None:
        """A page knows people by their cookie, a program by its token; neither takes the other's."""
        if not is_api(scope["path"]):
            connection = HTTPConnection(scope)
            try:
                scope["state"]["viewer"] = self.recognise.at_once(connection)
            except NotAtOnce:
                scope["state"]["viewer"] = await to_thread.run_sync(self.recognise, connection)
            return
        shown = headers.getlist("authorization")
        if len(shown) != 1:
            return
        bearer = await to_thread.run_sync(self.recognise_token, shown[0])
        if bearer is not None:
            scope["state"]["bearer"], scope["state"]["viewer"] = bearer, bearer.viewer

    def _refuse(self, scope: Scope, headers: Headers) -> Response | None:
        refused = self._reason(scope, headers)
        if refused is None:
            return None
        status, sentence = refused
        if is_api(scope["path"]):
            return as_answer(Problem(status, sentence), scope["state"]["request_id"])
        return PlainTextResponse(sentence + "\n", status)

    def _reason(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return 400, "This server does not answer to that name."
        # A program is let in by a header that no foreign page can make a browser send, so it may come from anywhere.
        if scope["method"] not in SAFE_METHODS and not is_api(scope["path"]) and not self._is_from_us(headers):
            return 403, "This request did not come from one of our pages. Open the page again and repeat."
        if (
            headers.get("sec-fetch-site") in ("cross-site", "same-site")
            and headers.get("sec-fetch-mode", "navigate") != "navigate"
        ):
            return 403, "Other sites cannot read from here."
        if headers.get("content-encoding", "identity") != "identity":
            return 415, "Send this uncompressed."
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > _body_limit(scope, headers):
            return 413, "That is larger than this place accepts. Send it in smaller parts."
        return None

    def _is_ours(self, host: str) -> bool:
        host = host.lower()
        # On this machine both names of the loopback address are the same place.
        return host == self.host or (
            self.settings.is_loopback and urlsplit(f"//{host}").hostname in ("127.0.0.1", "localhost")
        )

    def _is_from_us(self, headers: Headers) -> bool:
        """A browser says where a request comes from; one that says nothing at all is refused."""
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = urlsplit(headers.get("origin", ""))
        return origin.scheme == urlsplit(self.settings.site).scheme and self._is_ours(origin.netloc)

    def _with_headers(self, scope: Scope, send: Send, is_static: bool) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if is_static and message["status"] == 200:
                    headers["cache-control"] = "public, max-age=31536000, immutable"
                keep_honest(headers, self.settings, scope["state"]["request_id"])
            await send(message)

        return sending


def keep_honest(headers: MutableHeaders, settings: Settings, request_id: str) -> None:
    """What every answer tells the browser. The page of an unexpected failure is sent past the gate and asks for it."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers["x-request-id"] = request_id
    if settings.is_https:
        headers.setdefault("strict-transport-security", "max-age=31536000; includeSubDomains")
    headers.setdefault("cache-control", "no-store")


def _body_limit(scope: Scope, headers: Headers) -> int:
    kind = kind_of_body(headers)
    if kind == "application/offset+octet-stream":
        return CHUNK_LIMIT
    sends_files = kind == "multipart/form-data" and not is_api(scope["path"])
    return FILE_LIMIT if sends_files else FORM_LIMIT


def _bounded(receive: Receive, limit: int) -> Receive:
    """A body without an announced length is measured as it arrives."""
    arrived = 0

    async def receiving() -> Any:
        nonlocal arrived
        message = await receive()
        arrived += len(message.get("body", b""))
        if arrived > limit:
            raise BodyTooLarge
        return message

    return receiving
