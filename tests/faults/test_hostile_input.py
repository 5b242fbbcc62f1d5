"""FD22, FD32, FD33, FD35: what is sent too often, too large, too slowly or never read."""

import os
import re
import resource
import socket
import threading
import time
from contextlib import ExitStack, suppress

import httpx2
import pytest

from tests.faults.acts import write
from tests.faults.server import HOME, Server

SOON = 20.0  # seconds; such an answer takes milliseconds, and a machine under full load longer


def test_the_same_act_sent_twenty_times_at_once_is_one_message_and_everybody_is_told_so(standing: Server) -> None:
    places: list[tuple[int, str]] = []

    def send() -> None:
        answer = write(standing.browser("gus"), standing, "Sent in haste", client_id="the-same-act")
        places.append((answer.status_code, answer.headers.get("location", "")))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    [(status, place)] = set(places)
    assert len(places) == 20 and status == 303
    [(message_id,)] = standing.rows("select id from message where text = 'Sent in haste'")
    assert place.endswith(f"#message-{message_id}")


def test_an_act_sent_again_with_other_words_gives_them_back_under_another_name(standing: Server) -> None:
    gus = standing.browser("gus")
    assert write(gus, standing, "The first words", client_id="one-act").status_code == 303
    again = write(gus, standing, "Quite other words", client_id="one-act")
    assert again.status_code == 422 and "Quite other words" in again.text
    [name] = re.findall(r'name="client_id" value="([^"]+)"', again.text)
    assert name != "one-act"
    assert standing.rows("select count(*) from message where text = 'Quite other words'") == [(0,)]
    assert write(gus, standing, "Quite other words", client_id=name).status_code == 303
    assert standing.rows("select count(*) from message where text = 'Quite other words'") == [(1,)]


def test_two_people_may_use_the_same_name_for_their_acts(standing: Server) -> None:
    assert write(standing.browser("gus"), standing, "of Gus", client_id="shared-name").status_code == 303
    assert write(standing.browser("gil"), standing, "of Gil", client_id="shared-name").status_code == 303
    assert standing.rows("select count(*) from message where text in ('of Gus', 'of Gil')") == [(2,)]


TOO_MUCH = [
    ("a megabyte in one field", {"text": "m" * 1_000_001}, 413),
    ("nearly a megabyte in one field", {"text": "m" * 900_000}, 422),
    ("a hundred thousand fields", {f"f{number}": "" for number in range(100_000)}, 400),
    ("a field a thousand times", {"text": ["again"] * 399}, 422),
]


@pytest.mark.parametrize(("words", "data", "status"), TOO_MUCH, ids=[case[0].replace(" ", "_") for case in TOO_MUCH])
def test_too_much_is_refused_soon_and_nothing_of_it_stored(standing: Server, words: str, data, status: int) -> None:
    before = standing.rows("select count(*) from message")
    began = time.monotonic()
    answer = standing.browser("gus").post(f"{HOME}/discussion/{standing.furniture.shared_topic}/messages", data=data)
    assert time.monotonic() - began < SOON
    assert answer.status_code == status
    assert standing.rows("select count(*) from message") == before


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("mentions", " ".join(f"@gus.meyer{number}" for number in range(4_000)) + " @gil.reyes"),
        ("one person", "@gil.reyes " * 5_000),
        ("lines", "a line\n" * 8_000),
        ("stars", "*" * 59_000),
        ("brackets", "[" * 59_000),
        ("quotes", "> " * 29_000),
        ("links", "[a](/escalations/x) " * 2_900),
        ("table", "|a|b|\n|-|-|\n" + "|c|d|\n" * 9_000),
    ],
)
def test_the_longest_and_worst_messages_are_taken_and_shown_and_hold_nobody_up(
    standing: Server, words: str, text: str
) -> None:
    gus = standing.browser("gus")
    answer = write(gus, standing, text, client_id=f"worst-{words}")
    assert answer.status_code == 303, answer.text[:2000]
    began = time.monotonic()
    other = standing.browser("gil").get(answer.headers["location"])
    assert other.status_code == 200 and time.monotonic() - began < SOON


def test_somebody_mentioned_five_thousand_times_is_told_once(standing: Server) -> None:
    answer = write(standing.browser("gus"), standing, "@ada.byron @ben.okafor " * 2_500)
    message_id = answer.headers["location"].rpartition("message-")[2]
    assert standing.rows("select count(*) from mention where subject_id = ?", message_id) <= [(2,)]


@pytest.mark.parametrize(("lines", "is_taken"), [(10_000, False), (9_000, True)])
def test_a_note_of_ten_thousand_lines_is_saved_or_refused_with_its_words(
    standing: Server, lines: int, is_taken: bool
) -> None:
    text = "7 letters" * (0 if is_taken else 1) + "seven\n" * lines + ("" if is_taken else "x" * 9_000)
    place = f"{HOME}/meetings/{standing.furniture.meeting}/notes/{standing.furniture.note}"
    before = standing.rows("select text, version from note where id = ?", standing.furniture.note)
    answer = standing.browser("ben").post(
        place, data={"text": text, "version": before[0][1]}, headers={"accept": "application/json"}
    )
    after = standing.rows("select text, version from note where id = ?", standing.furniture.note)
    if is_taken:
        assert answer.status_code == 200 and after[0][0] == text
    else:
        assert answer.status_code == 422 and "nothing you typed is lost" in answer.json()["error"] and after == before


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: %s\r\nX-Long: " + b"x" * 5_000_000,
        b"GET / HTTP/1.1\r\nHost: %s\r\n" + b"X-Many: y\r\n" * 300_000,
        b"GET /" + b"x" * 5_000_000,
    ],
    ids=["one_long_header", "many_headers", "long_address"],
)
def test_a_head_without_end_is_cut_off_early(standing: Server, head: bytes) -> None:
    sent, answer = 0, b""
    with socket.create_connection(("127.0.0.1", standing.port), timeout=30) as connection:
        head = head.replace(b"%s", f"127.0.0.1:{standing.port}".encode())
        with suppress(BrokenPipeError, ConnectionResetError):
            for start in range(0, len(head), 16_384):
                connection.sendall(head[start : start + 16_384])
                sent += 16_384
        with suppress(ConnectionResetError):
            answer = connection.recv(200)
    assert sent < len(head), "all of it was taken"
    assert answer == b"" or answer.split()[1] in (b"431", b"400")
    assert standing.is_ready()


SLOW = [
    ("POST /sign-in", "application/x-www-form-urlencoded"),
    ("POST /sign-in", "Application/X-WWW-Form-Urlencoded"),
    ("POST /sign-in", ' MULTIPART/Form-Data ; boundary="b"'),
    ("POST /forgotten-password", "APPLICATION/X-WWW-FORM-URLENCODED; charset=utf-8"),
    ("POST /theme", "Multipart/form-data; boundary=b"),
]


@pytest.mark.parametrize(("begin", "kind"), SLOW, ids=[f"{begin[6:]} {kind.strip()[:24]}" for begin, kind in SLOW])
def test_who_sends_a_form_slowly_holds_up_nobody_however_they_name_it(standing: Server, begin: str, kind: str) -> None:
    head = f"{begin} HTTP/1.1\r\nHost: 127.0.0.1:{standing.port}\r\nSec-Fetch-Site: same-origin\r\n"
    with socket.create_connection(("127.0.0.1", standing.port), timeout=SOON) as slow:
        slow.sendall(f"{head}Content-Type: {kind}\r\nContent-Length: 9000\r\n\r\nemail=".encode())
        time.sleep(0.3)  # it is being read by then
        assert write(standing.browser("gus"), standing, f"Beside {begin} {kind}").status_code == 303


def test_a_form_that_breaks_off_is_not_worth_a_line(standing: Server) -> None:
    before = len(standing.said)
    head = f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{standing.port}\r\nSec-Fetch-Site: same-origin\r\n"
    with socket.create_connection(("127.0.0.1", standing.port), timeout=SOON) as broken:
        broken.sendall(
            f"{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\ntext=".encode()
        )
        time.sleep(0.3)
    assert write(standing.browser("gus"), standing, "After what broke off").status_code == 303
    assert "ClientDisconnect" not in "".join(standing.said[before:])


def test_pages_left_open_that_never_read_stop_nobody(standing: Server) -> None:
    with ExitStack() as frozen:
        for nick in ("gus", "gil") * 10:
            connection = frozen.enter_context(socket.create_connection(("127.0.0.1", standing.port), timeout=30))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            connection.sendall(
                f"GET {HOME}/live HTTP/1.1\r\nHost: 127.0.0.1:{standing.port}\r\nSec-Fetch-Site: same-origin\r\n"
                f"Cookie: evenkeel={standing.furniture.tokens[nick]}\r\n\r\n".encode()
            )
        with standing.browser("ada").stream("GET", f"{HOME}/live") as lively:
            heard = lively.iter_raw()
            next(heard)
            ben = standing.browser("ben")
            for number in range(30):
                assert write(ben, standing, f"into the silence {number}").status_code == 303
            assert any(b"discussion" in piece for piece in heard)
            assert standing.browser("eli").get("/").status_code == 200


def test_out_of_file_descriptors_it_says_so_and_recovers_by_itself(server: Server) -> None:
    server.start("--no-worker")
    ben = server.browser("ben")
    assert ben.get(HOME).status_code == 200
    used = len(list_of_files(server.pid))
    server.limit(resource.RLIMIT_NOFILE, used + 12)
    crowd = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(40)]
    statuses = []
    for _ in range(3):
        with suppress(httpx2.HTTPError):
            statuses.append(ben.get(HOME).status_code)
    assert set(statuses) <= {200, 503}
    for one in crowd:
        one.close()
    server.wait_until(server.is_ready, "recovery")
    assert write(server.browser("ben"), server, "after the crowd").status_code == 303
    server.limit(resource.RLIMIT_NOFILE, None)
    assert server.is_whole()


def list_of_files(pid: int) -> list[str]:
    return os.listdir(f"/proc/{pid}/fd")
