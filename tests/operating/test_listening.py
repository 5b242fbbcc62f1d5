"""Connections say what they want in time, the first time and later; what they then send may take as long as it takes."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from app.operating import listening
from app.operating.listening import CarefulProtocol, listen

SOON = 0.5  # seconds for a head, in these tests


async def echo(scope, receive, send):
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(listening, "HEAD_WITHIN", SOON)
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(echo, http=CarefulProtocol, lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    yield int(listener.getsockname()[1])
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()


@pytest.fixture
def line(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        yield connection


def test_a_head_that_does_not_come_to_its_end_is_not_waited_for(line):
    line.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ")
    assert line.recv(100) == b""


def test_nor_is_one_that_never_begins(line):
    assert line.recv(100) == b""


def test_a_second_one_on_the_same_connection_is_not_either(line):
    line.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    assert line.recv(1000).startswith(b"HTTP/1.1 200")
    line.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ")
    assert line.recv(100) == b""


def test_a_body_takes_its_time(line):
    line.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nsl")
    line.settimeout(3 * SOON)
    with pytest.raises(TimeoutError):
        line.recv(100)
    line.settimeout(30)
    line.sendall(b"ow")
    assert line.recv(1000).endswith(b"slow")
