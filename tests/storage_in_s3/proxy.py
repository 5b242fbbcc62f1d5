"""Stands in front of an S3 server and does to requests what networks and busy servers do to them."""

import hashlib
import http.client
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

NO_ANSWER = '<?xml version="1.0"?><Error><Code>{}</Code><Message>no</Message></Error>'


@dataclass
class Fault:
    """`kind`: refuse, hang, drop (taken, and thrown away), silence (done, and not said), cut (half of the answer)."""

    kind: str
    match: Callable[["Asked"], bool]
    times: int = 1
    status: int = 503
    code: str = "SlowDown"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    range: str = ""

    @property
    def is_part(self) -> bool:
        return self.method == "PUT" and "partNumber" in self.query

    @property
    def is_completion(self) -> bool:
        return self.method == "POST" and "uploadId" in self.query

    @property
    def is_read(self) -> bool:
        return self.method == "GET" and not self.query


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Whoever was killed or gave up breaks off; that is what these tests are about."""


@dataclass
class Proxy:
    """`target` is the port of the S3 server."""

    target: int
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    sent: int = 0  # bytes of objects that were handed on
    released: Event = field(default_factory=Event)

    def start(self) -> "Proxy":
        proxy = self

        class Handler(_Handler):
            owner = proxy

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def fault(self, kind: str, match: Callable[[Asked], bool], times: int = 1, **more: object) -> None:
        self.faults.append(Fault(kind, match, times, **more))  # type: ignore[arg-type]

    def mend(self) -> None:
        self.faults.clear()
        self.released.set()
        self.released = Event()

    def take_fault(self, asked: Asked) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and fault.match(asked):
                fault.times -= 1
                return fault
        return None


class _Handler(BaseHTTPRequestHandler):
    owner: Proxy
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        place = urlsplit(self.path)
        query = parse_qs(place.query, keep_blank_values=True)
        asked = Asked(self.command, place.path, query, self.headers.get("range", ""))
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.owner.asked.append(asked)
        fault = self.owner.take_fault(asked)
        kind = fault.kind if fault else ""
        if fault and kind == "refuse":
            self._answer(fault.status, {}, NO_ANSWER.format(fault.code).encode())
        elif kind == "hang":
            self.owner.released.wait(30)
            self._break_off()
        elif kind == "drop":
            self._answer(200, {"ETag": f'"{hashlib.md5(body).hexdigest()}"'}, b"")  # noqa: S324  what S3 calls a part
        else:
            self._forward(body, kind)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on

    def _forward(self, body: bytes, kind: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.owner.target, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        if kind == "silence":
            answer.read()
            self._break_off()
        elif self.command == "HEAD":
            self._answer(answer.status, dict(answer.getheaders()), b"", answer.getheader("content-length"))
        else:
            self._answer(answer.status, dict(answer.getheaders()), answer.read(), cut=kind == "cut")
        connection.close()

    def _answer(
        self, status: int, headers: dict[str, str], body: bytes, length: str | None = None, cut: bool = False
    ) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("content-length", length or str(len(body)))
        self.end_headers()
        until = len(body) // 2 if cut else len(body)
        try:
            for start in range(0, until, 65_536):
                piece = body[start : min(start + 65_536, until)]
                self.wfile.write(piece)
                self.owner.sent += len(piece)
        except OSError:
            self.close_connection = True
        if cut:
            self._break_off()

    def _break_off(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other side was faster

    def log_message(self, *_: object) -> None:
        """Quiet: the tests say what happened."""
