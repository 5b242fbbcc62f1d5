"""Connections say what they want in time, the first time and later; what they then send may take as long as it takes."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

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
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    monkeypatch.setattr(listening, "HEAD_WITHIN", SOON)
    listener = listen("127.0.0.1", 0)
    yield listener
    listener.close()


@pytest.fixture
def server(listener: socket.socket) -> Iterator[uvicorn.Server]:
    server = uvicorn.Server(uvicorn.Config(echo, http=CarefulProtocol, lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    yield server
    server.should_exit = True
    thread.join(timeout=20)
    assert not thread.is_alive()


@pytest.fixture
def port(listener: socket.socket, server: uvicorn.Server) -> int:
    return int(listener.getsockname()[1])


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


def test_the_end_of_a_long_body_is_not_taken_for_the_head_of_what_comes_next(line):
    line.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000 + b"GET / HT")
    line.sendall(b"TP/1.1\r\nHost: here\r\n\r\n")
    received = b""
    while received.count(b"HTTP/1.1 200 OK") < 2:
        piece = line.recv(65_536)
        assert piece, received[:200]
        received += piece
    assert received.count(b"x") == 100_000


WANTS_MORE = b"Host: here\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"


def test_the_body_of_what_asks_for_another_protocol_is_never_taken_for_a_request(line):
    smuggled = b"POST /smuggled HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n"
    line.sendall(b"POST / HTTP/1.1\r\n" + WANTS_MORE + b"Content-Length: %d\r\n\r\n" % len(smuggled))
    time.sleep(SOON / 2)
    with suppress(ConnectionError):
        line.sendall(smuggled)
    assert all_of(line).split(b"\r\n")[0] == b"HTTP/1.1 400 Bad Request"


def test_without_a_body_it_is_answered_as_ever_and_nothing_follows(line):
    line.sendall(b"GET / HTTP/1.1\r\n" + WANTS_MORE + b"\r\n" + b"GET /second HTTP/1.1\r\nHost: here\r\n\r\n")
    assert all_of(line).count(b"HTTP/1.1 200 OK") == 1


def test_what_follows_a_body_is_not_kept_without_end(line):
    line.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Long: ")
    with pytest.raises(ConnectionError):
        for _ in range(2000):
            line.sendall(b"x" * 65_536)


def all_of(line: socket.socket) -> bytes:
    received = b""
    with suppress(ConnectionError):
        while piece := line.recv(65_536):
            received += piece
    return received


def test_when_the_server_stops_a_body_that_comes_slowly_is_broken_off(server, line):
    line.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nsl")
    line.settimeout(SOON)
    with pytest.raises(TimeoutError):
        line.recv(100)  # it is being read by now
    line.settimeout(30)
    server.should_exit = True
    assert line.recv(1000) == b""


def test_when_the_server_stops_the_rest_of_a_form_still_comes(server, line):
    line.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nfo")
    line.settimeout(SOON)
    with pytest.raises(TimeoutError):
        line.recv(100)
    line.settimeout(30)
    server.should_exit = True
    time.sleep(0.4)  # it looks every tenth of a second whether it is to stop
    line.sendall(b"rm")
    assert line.recv(1000).endswith(b"form")
