"""The door of the web process: a port of our own, and connections that must say what they want in time and in brief."""

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.foundation.settings import BadSettings

LONGEST_HEAD = 64 * 1024  # bytes of address and headers
HEAD_WITHIN = 30.0  # seconds
REST_WITHIN = 1.0  # seconds for the rest of a body when the server stops
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 44\r\nconnection: close\r\n\r\nThe address or the headers are far too long\n"
)
NO_UPGRADE = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 39\r\nconnection: close\r\n\r\nThere is no other protocol to speak in\n"
)


def listen(host: str, port: int) -> socket.socket:
    """Taken before anything else is begun: whoever finds it taken says so in one line and leaves the data alone."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        found = socket.socket(family, kind)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(1024)
    except OSError as error:
        raise BadSettings(f"EVENKEEL_PORT: {host}:{port} cannot be used: {error.strerror or error}") from None
    return found


class CarefulProtocol(HttpToolsProtocol):
    """The parser keeps a head in memory until it is whole, however long it is and however slowly it comes, and what follows
    a body as well. It reads no body of a request that asks for another protocol, and would take it for the next request."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._beside = 0  # bytes since a head began or a body went on
        self._moves = False
        self._is_deaf = False
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._trust()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_deaf:
            return
        self._moves = False
        super().data_received(data)
        self._beside = 0 if self._moves else self._beside + len(data)
        if self._beside > LONGEST_HEAD and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        self._moves = True
        self._wait()  # also for a later head on the same connection
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._trust()
        self._is_deaf = self.parser.should_upgrade()
        if self._is_deaf and self._announces_body():
            self.transport.write(NO_UPGRADE)
            self.transport.close()
            return
        super().on_headers_complete()
        if self._is_deaf:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        self._moves = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        if not self.transport.is_closing():
            super().on_message_complete()

    def shutdown(self) -> None:
        """A form on its way still comes; an upload would keep the server for as long as it takes, and can go on later."""
        super().shutdown()
        if self._is_receiving():
            self.loop.call_later(REST_WITHIN, self._break_off)

    def _unsupported_upgrade_warning(self) -> None:
        """What somebody asks for in vain is no news."""

    def _announces_body(self) -> bool:
        return any(
            name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
            for name, value in self.headers
        )

    def _break_off(self) -> None:
        if self._is_receiving():
            self.transport.close()

    def _is_receiving(self) -> bool:
        return self.cycle is not None and self.cycle.more_body

    def _wait(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(HEAD_WITHIN, self.transport.close)

    def _trust(self) -> None:
        if self._patience:
            self._patience.cancel()
            self._patience = None
