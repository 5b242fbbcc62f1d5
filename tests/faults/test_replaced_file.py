"""FD49: somebody puts another file in the place of the database, under the running server."""

import shutil

from tests.faults.acts import write
from tests.faults.server import KEY, Server
from tests.recordings_room.bringing import SOUNDS, announce, send

SOUND = (SOUNDS / "jfk.flac").read_bytes()


def test_what_comes_after_the_databases_file_was_replaced_is_refused_with_its_words(server: Server) -> None:
    server.start("--no-worker")
    ben = server.browser("ben")
    assert write(ben, server, "before it was replaced").status_code == 303
    place = announce(ben, KEY, len(SOUND))
    assert send(ben, place, 0, SOUND[:1000]).status_code == 204
    file = server.data_dir / "evenkeel.db"
    shutil.copy(file, copy := server.data_dir / "copied.db")
    copy.replace(file)
    answer = write(ben, server, "after it was replaced")
    assert answer.status_code == 503 and "after it was replaced" in answer.text
    assert "The database cannot be reached" in answer.text
    assert send(ben, place, 1000, SOUND[1000:]).status_code == 503
    ready = ben.get("/readyz")
    assert ready.status_code == 503 and "moved or replaced" in ready.text
    server.kill9()
    for left in ("evenkeel.db-wal", "evenkeel.db-shm"):
        (server.data_dir / left).unlink(missing_ok=True)
    server.start("--no-worker")
    assert write(server.browser("ben"), server, "after a start").status_code == 303
    assert server.browser("ben").get("/readyz").status_code == 200
