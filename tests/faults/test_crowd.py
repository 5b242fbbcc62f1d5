"""More readers at once than there are threads and database connections: each waits for its turn, and none is turned away."""

from concurrent.futures import ThreadPoolExecutor

from tests.faults.acts import write
from tests.faults.server import HOME, Server

CROWD = 64


def test_a_crowd_of_readers_is_answered_and_writers_get_their_turn(standing: Server) -> None:
    thread = f"{HOME}/discussion/{standing.furniture.shared_topic}"
    browsers = [standing.browser("ben") for _ in range(CROWD)]
    ada = standing.browser("ada")
    with ThreadPoolExecutor(CROWD + 1) as together:
        pages = [together.submit(browser.get, thread) for browser in browsers for _ in range(2)]
        written = together.submit(write, ada, standing, "in the middle of the crowd")
        assert {page.result().status_code for page in pages} == {200}
        assert written.result().status_code == 303
    assert standing.is_ready()
