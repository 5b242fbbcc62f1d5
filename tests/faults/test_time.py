"""FD25 and no worker at all: clocks that step, and what goes on without anybody in the background."""

from tests.faults.acts import write
from tests.faults.server import HOME, Server


def test_a_clock_that_steps_back_and_forth_signs_nobody_out_and_nobody_in_for_ever(server: Server) -> None:
    """Between two starts each time: an hour back, a day ahead, home again, a month ahead. The timeline keeps its order."""
    expected = [("", 200, 200), ("-1h", 200, 200), ("+1d", 200, 303), ("", 200, 200), ("+31d", 303, 303)]
    for number, (clock, staff, guest) in enumerate(expected):
        server.start("--no-worker", EVENKEEL_CLOCK=clock)
        ben = server.browser("ben")
        assert ben.get("/inbox", follow_redirects=False).status_code == staff, clock
        assert server.browser("gus").get(HOME, follow_redirects=False).status_code == guest, clock
        if staff == 200:
            assert write(ben, server, f"words number {number}").status_code == 303
        server.stop()
    rows = server.rows(
        "select text from message join timeline_entry on subject_id = message.id and subject_kind = 'message'"
        " where text like 'words number %' order by number"
    )
    assert [row[0] for row in rows] == [f"words number {number}" for number in range(4)]
    assert rows == server.rows("select text from message where text like 'words number %' order by sent_at, id")
    assert server.is_whole()


def test_without_a_worker_pages_say_so_to_staff_and_messages_to_the_customer_still_leave(server: Server) -> None:
    server.start("--no-worker")
    ben, gus = server.browser("ben"), server.browser("gus")
    assert "the background worker is not running" in ben.get(HOME).text
    assert "background worker" not in gus.get(HOME).text
    assert write(ben, server, "This still reaches you", audience="shared").status_code == 303
    assert "This still reaches you" not in topic_of(gus, server)
    server.change("update held_message set leaves_at = datetime('now', '-1 second')")
    server.wait_until(lambda: "This still reaches you" in topic_of(gus, server), "message at the customer's")
    assert server.rows("select count(*) from message where text = 'This still reaches you'") == [(1,)]


def topic_of(browser, server: Server) -> str:
    return str(browser.get(f"{HOME}/discussion/{server.furniture.shared_topic}").text)
