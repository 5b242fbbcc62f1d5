"""Two people who have the same form of a concern open: neither loses what they wrote."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.concerns.answering import answer_concern
from app.concerns.finding import find_concern
from app.concerns.models import Concern, ConcernInside, CustomerWord
from tests.filling import form_in

LIST = "/escalations/ACME-7K4/concerns"


@pytest.fixture
def opened(as_, worries):
    """The form that somebody has before them: `opened("ben", "answer")`."""

    def open_it(nick: str, part: str) -> dict[str, str]:
        at = f"{LIST}/{worries.twice.id}"
        return form_in(as_(nick).get(at).text, f"{at}/{part}")

    return open_it


@pytest.fixture
def send(as_, worries):
    return lambda nick, part, data: as_(nick).post(f"{LIST}/{worries.twice.id}/{part}", data=data)


@pytest.fixture
def stored(ask, worries):
    def look() -> Concern:
        return ask(select(Concern).where(Concern.id == worries.twice.id))[0]

    return look


@pytest.mark.parametrize(("part", "field"), [("answer", "answer"), ("words", "words"), ("words", "details")])
def test_the_second_to_save_reads_the_first_and_decides(opened, send, stored, part, field):
    bens, adas = opened("ben", part), opened("ada", part)
    assert send("ben", part, {**bens, field: "Ben wrote this"}).status_code == 303
    refused = send("ada", part, {**adas, field: "Ada wrote that"})
    assert refused.status_code == 422 and getattr(stored(), field) == "Ben wrote this"
    assert "Ben Okafor changed this while you were writing" in refused.text and "“Ben wrote this”" in refused.text
    again = form_in(refused.text, f"{LIST}/{stored().id}/{part}")
    assert again[field] == "Ada wrote that" and again["was"] != adas["was"]
    assert send("ada", part, again).status_code == 303 and getattr(stored(), field) == "Ada wrote that"


def test_remarks_are_not_written_over_and_the_work_that_only_one_moved_stays_moved(opened, send, ask):
    def inside() -> tuple[str, str]:
        (found,) = ask(select(ConcernInside).where(ConcernInside.remarks != ""))
        return found.remarks, found.state.value

    bens, adas = opened("ben", "inside"), opened("ada", "inside")
    assert send("ben", "inside", {**bens, "remarks": "It is the retry", "state": "testing"}).status_code == 303
    refused = send("ada", "inside", {**adas, "remarks": "It is the queue"})
    assert refused.status_code == 422 and inside() == ("It is the retry", "testing")
    assert "It is the retry" in refused.text and "It is the queue" in refused.text
    again = form_in(refused.text, f"{LIST}/{ask(select(ConcernInside.concern_id))[0]}/inside")
    assert again["state"] == "testing"
    assert send("ada", "inside", again).status_code == 303 and inside() == ("It is the queue", "testing")


def test_what_each_changed_alone_is_kept_without_a_question(opened, send, stored):
    bens, adas = opened("ben", "answer"), opened("ada", "answer")
    assert send("ben", "answer", {**bens, "answer": "In test\nsince Monday"}).status_code == 303
    assert send("ada", "answer", {**adas, "word": "fix_in_test", "available_on": "2030-03-20"}).status_code == 303
    kept = stored()
    assert (kept.answer, kept.customer_word) == ("In test\nsince Monday", CustomerWord.fix_in_test)
    assert kept.available_on and kept.available_on.isoformat() == "2030-03-20"


def test_both_wrote_the_same(opened, send, stored):
    bens, adas = opened("ben", "answer"), opened("ada", "answer")
    for nick, form in (("ben", bens), ("ada", adas)):
        assert send(nick, "answer", {**form, "answer": "The same"}).status_code == 303
    assert stored().answer == "The same"


def test_a_mistake_in_between_does_not_make_one_write_over_the_other(opened, send, stored):
    bens, adas = opened("ben", "words"), opened("ada", "words")
    assert send("ben", "words", {**bens, "words": "Ben’s words"}).status_code == 303
    mistaken = send("ada", "words", {**adas, "words": "x" * 301})
    assert mistaken.status_code == 422
    again = form_in(mistaken.text, f"{LIST}/{stored().id}/words")
    assert send("ada", "words", {**again, "words": "Ada’s words"}).status_code == 422
    assert stored().words == "Ben’s words"


def test_what_is_just_being_committed_counts_as_there(opened, send, stored, act, outage, engine):
    """Ada's request comes while Ben's is not yet through, and waits for it before it compares."""
    adas = opened("ada", "answer")
    at = stored().id
    with act("ben") as ben, ThreadPoolExecutor(1) as pool:
        answer_concern(ben, find_concern(ben, outage, at), CustomerWord.looking_into_it, "Ben’s answer", None)
        ben.flush()
        sending = pool.submit(send, "ada", "answer", {**adas, "answer": "Ada’s answer"})
        wait_until_one_waits(engine)
        ben.commit()
        assert sending.result(timeout=60).status_code == 422
    assert stored().answer == "Ben’s answer"


def wait_until_one_waits(engine) -> None:
    """PostgreSQL says so. With SQLite nobody has begun to read before it is their turn."""
    if engine.dialect.name == "sqlite":
        return
    waiting = text(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    )
    deadline = time.monotonic() + 60
    while True:
        with engine.connect() as connection:
            if connection.execute(waiting).scalar():
                return
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.05)


def test_a_guest_and_a_colleague_reword_the_same_concern(opened, send, stored):
    """Gus does not know Ada, so she is not named; his words stay with him until he says which shall stand."""
    gus, adas = opened("gus", "words"), opened("ada", "words")
    assert send("ada", "words", {**adas, "words": "Invoices are sent two times"}).status_code == 303
    refused = send("gus", "words", {**gus, "words": "Every invoice comes twice"})
    assert refused.status_code == 422 and stored().words == "Invoices are sent two times"
    assert "changed this while you were writing" in refused.text and "Every invoice comes twice" in refused.text
    again = form_in(refused.text, f"{LIST}/{stored().id}/words")
    assert send("gus", "words", again).status_code == 303 and stored().words == "Every invoice comes twice"
    stale = send("ada", "words", {**adas, "words": "Twice, says Ada"})
    assert stale.status_code == 422 and "Every invoice comes twice" in stale.text


def test_a_guest_whose_concern_was_answered_meanwhile_is_told_that_and_no_more(opened, send, stored, act, outage):
    gus = opened("gus", "words")
    with act("ben") as ben:
        answer_concern(ben, find_concern(ben, outage, stored().id), CustomerWord.looking_into_it, "We look.", None)
    refused = send("gus", "words", {**gus, "words": "Other words"})
    assert refused.status_code == 403 and "answered this already" in refused.text and "Other words" in refused.text


@pytest.mark.parametrize(
    "was",
    [
        None,
        "",
        "nonsense",
        "0001-01-01T00:00:00+14:00 words:aa",
        "9999-12-31T23:59:59-14:00 words:aa",
        "2026-01-01 words",
        "yesterday words:abc details:",
        "a:b:c " * 900,
    ],
)
def test_an_old_page_or_a_forged_mark_breaks_nothing(send, stored, was):
    data = {"words": "Another worry", "details": ""} | ({} if was is None else {"was": was})
    assert send("ben", "words", data).status_code in (303, 422)
    assert stored().words in ("Another worry", "Invoices go out twice")


def test_guests_are_sent_no_mark_of_what_is_inside(as_, worries):
    page = as_("gus").get(f"{LIST}/{worries.twice.id}").text
    assert page.count('name="was"') == 1 and "remarks:" not in page
