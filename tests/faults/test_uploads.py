"""FD07 to FD10: uploads that are interrupted anywhere arrive whole, once."""

import socket
import threading

from tests.faults.server import KEY, Server, holds_lock
from tests.recordings_room.bringing import SOUNDS, announce, send

HEAD = {"tus-resumable": "1.0.0"}
SOUND = (SOUNDS / "jfk.flac").read_bytes()


def offset_of(browser, place: str) -> int:
    answer = browser.head(place, headers=HEAD)
    assert answer.status_code == 200, answer.status_code
    return int(answer.headers["upload-offset"])


def begin_sending(server: Server, place: str, offset: int, count: int) -> socket.socket:
    """A request that promises all the rest, sends a part of it and stays open."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    connection.sendall(
        f"PATCH {place} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Cookie: evenkeel={server.furniture.tokens['ben']}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n"
        f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(SOUND) - offset}\r\n\r\n".encode()
    )
    connection.sendall(SOUND[offset : offset + count])
    return connection


def kept(server: Server) -> list[bytes]:
    """The files of all recordings."""
    keys = [str(row[0]) for row in server.rows("select storage_key from recording")]
    return [(server.data_dir / "files" / key).read_bytes() for key in keys]


def is_adding(server: Server) -> bool:
    return any(holds_lock(part, server.pid) for part in server.data_dir.rglob("*.part"))


def test_killed_early_halfway_and_before_the_last_byte_an_upload_arrives_whole_and_once(server: Server) -> None:
    server.start("--no-worker")
    place = announce(server.browser("ben"), KEY, len(SOUND))
    acknowledged = 0
    for part in (0.1, 0.5, 0.999):
        until = int(len(SOUND) * part)
        assert send(server.browser("ben"), place, acknowledged, SOUND[acknowledged:until]).status_code == 204
        acknowledged = until
        with begin_sending(server, place, acknowledged, 500):
            server.kill9()
        server.start("--no-worker")
        stored = offset_of(server.browser("ben"), place)
        assert stored >= acknowledged, "acknowledged bytes are gone"
        acknowledged = stored
    assert server.rows("select count(*) from recording") == [(0,)]
    assert send(server.browser("ben"), place, acknowledged, SOUND[acknowledged:]).status_code == 204
    assert server.rows("select size from recording") == [(len(SOUND),)] and kept(server) == [SOUND]
    assert not list(server.data_dir.rglob("*.part"))
    assert server.is_whole()


def test_killed_between_the_last_byte_and_the_recording_the_next_question_finishes_it_once(server: Server) -> None:
    server.start("--no-worker")
    place = announce(server.browser("ben"), KEY, len(SOUND))
    assert send(server.browser("ben"), place, 0, SOUND[:-1]).status_code == 204
    server.kill9()
    [part] = server.data_dir.rglob("*.part")
    with part.open("ab") as file:
        file.write(SOUND[-1:])  # stored, and nobody was told
    server.start("--no-worker")
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(server.browser("ben").head(place, headers=HEAD).status_code)

    asked = [threading.Thread(target=ask) for _ in range(4)]
    for one in asked:
        one.start()
    for one in asked:
        one.join(timeout=90)
    assert len(statuses) == 4 and set(statuses) <= {200, 423}
    assert offset_of(server.browser("ben"), place) == len(SOUND)
    assert server.rows("select size from recording") == [(len(SOUND),)] and kept(server) == [SOUND]
    assert server.rows("select count(*) from job where name = 'prepare_recording'") == [(1,)]
    assert server.is_whole()


def test_of_two_senders_one_goes_on_and_the_other_is_told(standing: Server) -> None:
    ben = standing.browser("ben")
    place = announce(ben, KEY, len(SOUND))
    with begin_sending(standing, place, 0, 200_000):
        standing.wait_until(lambda: is_adding(standing), "first sender")
        assert send(ben, place, 0, b"x").status_code == 423
    standing.wait_until(lambda: offset_of(ben, place) > 0, "bytes of the first sender")
    standing.wait_until(lambda: send(ben, place, 0, SOUND).status_code == 409, "release by the first sender")
    stored = offset_of(ben, place)
    assert send(ben, place, stored, SOUND[stored:]).status_code == 204
    assert kept(standing) == [SOUND]


def test_told_to_stop_in_the_middle_of_an_upload_it_keeps_what_came(server: Server) -> None:
    server.start("--no-worker")
    place = announce(server.browser("ben"), KEY, len(SOUND))
    assert send(server.browser("ben"), place, 0, SOUND[:300_000]).status_code == 204
    with begin_sending(server, place, 300_000, 100_000):
        server.wait_until(lambda: is_adding(server), "open upload")
        assert server.stop() == 0
    assert "Traceback" not in server.log() and "Cancel" not in server.log()
    server.start("--no-worker")
    stored = offset_of(server.browser("ben"), place)
    assert stored == 400_000, "every byte that came"
    assert send(server.browser("ben"), place, stored, SOUND[stored:]).status_code == 204
    assert kept(server) == [SOUND]
