"""FD02 to FD04: a letter leaves at least once, under one name, and nobody's page waits for a mail server."""

import os
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.policy import default

import pytest

from tests.faults.acts import write
from tests.faults.server import HOME, Server
from tests.mailbox import Mailbox


class Ambush:
    """A mail server that takes a letter whole and then lets something happen before it says so."""

    def __init__(self) -> None:
        self.deed = "keep"
        self.letters: list[bytes] = []
        self.pid_to_kill = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._socket.getsockname()[1]}"

    def message_ids(self) -> list[str]:
        return [str(message_from_bytes(letter, policy=default)["Message-ID"]) for letter in self.letters]

    def close(self) -> None:
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve_until_gone, args=(connection,), daemon=True).start()

    def _serve_until_gone(self, connection: socket.socket) -> None:
        with suppress(OSError):
            self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        if self.deed == "say nothing":
            connection.recv(1)  # until the other side gives up
            return
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 here\r\n")
            for line in lines:
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    connection.sendall(b"354 go on\r\n")
                    if not self._take(connection, lines):
                        return
                elif word == b"QUIT":
                    connection.sendall(b"221 bye\r\n")
                    return
                else:
                    connection.sendall(b"250 yes\r\n")

    def _take(self, connection: socket.socket, lines) -> bool:
        letter = b""
        for line in lines:
            if line == b".\r\n":
                break
            letter += line
        self.letters.append(letter)
        deed, self.deed = self.deed, "keep"
        if deed == "kill":
            os.kill(self.pid_to_kill, signal.SIGKILL)
        elif deed == "break off":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False  # closed with a reset
        connection.sendall(b"250 kept\r\n")
        return True


@pytest.fixture
def ambush() -> Iterator[Ambush]:
    found = Ambush()
    yield found
    found.close()


def ask_for_link(server: Server, email: str = "gus@acme.example") -> None:
    answer = server.browser("").post("/sign-in/link", data={"email": email})
    assert answer.status_code == 200, answer.text


def letters_of(server: Server) -> list[tuple[object, ...]]:
    return server.rows("select state, tries, reason from letter order by created_at")


def test_a_worker_killed_between_the_handing_over_and_the_note_of_it_sends_the_same_letter_again(
    server: Server, ambush: Ambush
) -> None:
    server.environment["EVENKEEL_SMTP_URL"] = ambush.url
    server.start()
    ambush.pid_to_kill, ambush.deed = server.worker().pid, "kill"
    ask_for_link(server)
    server.wait_until(lambda: ambush.letters, "letter")
    server.worker()  # the next one
    assert [row[0] for row in letters_of(server)] == ["sending"]
    let_time_pass(server)
    server.wait_until(lambda: letters_of(server)[0][0] == "sent", "sent letter")
    first, second = ambush.message_ids()
    assert first == second
    assert server.is_whole()


def test_a_mail_server_that_breaks_off_after_the_letter_gets_the_same_one_again(server: Server, ambush: Ambush) -> None:
    server.environment["EVENKEEL_SMTP_URL"] = ambush.url
    ambush.deed = "break off"
    server.start()
    ask_for_link(server)
    server.wait_until(lambda: letters_of(server)[0][0] == "waiting" and letters_of(server)[0][1] == 1, "new try")
    let_time_pass(server)
    server.wait_until(lambda: letters_of(server)[0][0] == "sent", "sent letter")
    first, second = ambush.message_ids()
    assert first == second


def test_a_mail_server_that_says_nothing_holds_up_no_page_no_message_and_no_news(
    server: Server, ambush: Ambush
) -> None:
    server.environment["EVENKEEL_SMTP_URL"] = ambush.url
    ambush.deed = "say nothing"
    server.start()
    server.worker()
    ask_for_link(server)
    ask_for_link(server, "gil@acme.example")
    server.wait_until(lambda: ("sending",) in [row[:1] for row in letters_of(server)], "a letter on its way")
    ben, gus = server.browser("ben"), server.browser("gus")
    held = write(ben, server, "We are on it, @gus.meyer", audience="shared")
    assert held.status_code == 303
    server.change("update held_message set leaves_at = datetime('now', '-1 second')")
    server.wait_until(lambda: "We are on it" in topic_of(gus, server), "message at the customer's")
    server.wait_until(
        lambda: server.rows("select 1 from mention") and server.rows("select 1 from errand") == [], "news"
    )
    assert gus.get(HOME).status_code == 200
    assert "sent" not in [row[0] for row in letters_of(server)], (
        "the mail server has answered, so nothing was tried here"
    )


def test_a_mail_server_that_is_away_busy_or_unwilling_is_tried_again_or_shown(server: Server) -> None:
    mailbox = Mailbox()
    server.environment["EVENKEEL_SMTP_URL"] = mailbox.url
    server.start()
    ask_for_link(server)
    server.wait_until(lambda: "did not answer" in str(letters_of(server)[0][2]), "vain try")
    mailbox.mode = "busy"
    mailbox.start()
    try:
        let_time_pass(server)
        server.wait_until(lambda: "451" in str(letters_of(server)[0][2]), "answer that it is busy")
        assert letters_of(server)[0][:2] == ("waiting", 2)
        mailbox.mode = "ok"
        let_time_pass(server)
        server.wait_until(lambda: letters_of(server)[0][0] == "sent", "sent letter")
        assert len(mailbox.to("gus@acme.example")) == 1
        mailbox.mode = "refused"
        ask_for_link(server, "gil@acme.example")
        server.wait_until(lambda: letters_of(server)[1][0] == "failed", "refusal")
        assert "550" in str(letters_of(server)[1][2])
    finally:
        mailbox.stop()


def let_time_pass(server: Server) -> None:
    """The claim of a worker that died has run out, and so has the pause before the next try."""
    server.change("update letter set claimed_until = datetime('now', '-1 minute') where claimed_until is not null;")
    server.change("update letter set due_at = datetime('now', '-1 minute') where state in ('waiting', 'sending')")


def topic_of(browser, server: Server) -> str:
    return str(browser.get(f"{HOME}/discussion/{server.furniture.shared_topic}").text)
