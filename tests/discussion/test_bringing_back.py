"""Half a minute in which whoever deleted a message can take that back, and all is as it was."""

from threading import Barrier, Thread

from sqlmodel import select

from app.access.session import ViewerSession, as_system
from app.discussion.deleting import bring_back, delete_message, end_deletions
from app.discussion.models import DeletedWords, EarlierWords, Message, Stamp
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.search.following import follow
from app.timeline.models import TimelineEntry
from app.writing.models import Mention
from tests.discussion.test_deleting import SAID, at, kinds, stored
from tests.discussion.test_pages import first_message, place


def everything_kept(session, message):
    """All rows that hold the words, as text."""
    session.expire_all()
    message = session.get_one(Message, message.id)
    rows = [message.text, message.stamp, message.edited_at, message.deleted_at, message.audience]
    for table in (EarlierWords, Mention):
        rows += [one.model_dump_json() for one in session.exec(select(table))]
    session.commit()
    return rows


def test_a_guest_takes_a_deletion_back_and_all_is_as_it_was(as_, run, said, session):
    before = everything_kept(session, said)
    answer = as_("gus").post(f"{at(said)}/removal")
    page = as_("gus").get(answer.headers["location"]).text
    assert "gone for good in 30 seconds" in page and f'action="{at(said)}/restoration"' in page and "tombstone" in page
    assert SAID not in page
    answer = as_("gus").post(f"{at(said)}/restoration")
    assert answer.status_code == 303 and "It is there again" in as_("gus").get(answer.headers["location"]).text
    for nick in ("gus", "gil", "ben"):
        page = as_(nick).get(place(run)).text
        assert SAID in page and "edited" in page and "tombstone" not in page
    assert f"First: {SAID}" in as_("ben").get(f"{at(said)}/history").text
    assert everything_kept(session, said) == before and session.exec(select(DeletedWords)).all() == []


def test_a_colleague_takes_it_back_and_the_stamp_comes_along(as_, talk, run, session):
    note = talk.say("ben", run, "A note.", stamp=Stamp.urgent)
    url = f"{place(run)}/messages/{note.message_id}"
    as_("ben").post(f"{url}/removal")
    assert stored(session, note.message_id).stamp is None
    as_("ben").post(f"{url}/restoration")
    assert stored(session, note.message_id).stamp is Stamp.urgent
    assert "A note." not in as_("gus").get(place(run)).text


def test_nobody_else_takes_it_back_and_a_stranger_finds_nothing(as_, said, session):
    as_("gus").post(f"{at(said)}/removal")
    for nick in ("gil", "ben", "ada"):
        answer = as_(nick).post(f"{at(said)}/restoration")
        assert answer.status_code == 303 and "gone for good" in as_(nick).get(answer.headers["location"]).text
    for nick in ("eve", "gwen"):
        assert as_(nick).post(f"{at(said)}/restoration").status_code == 404
    assert stored(session, said.id).deleted_at and session.exec(select(DeletedWords)).one()


def test_a_manager_takes_back_their_own_deletion_of_a_colleagues_words(as_, talk, run, session):
    note = talk.say("ben", run, "Rude.")
    url = f"{place(run)}/messages/{note.message_id}"
    as_("ada").post(f"{url}/removal")
    as_("ben").post(f"{url}/restoration")
    assert stored(session, note.message_id).deleted_at
    as_("ada").post(f"{url}/restoration")
    assert stored(session, note.message_id).text == "Rude."


def test_an_undo_is_offered_to_whoever_deleted_it_and_to_nobody_who_came_second(as_, talk, run):
    note = talk.say("ben", run, "Rude.")
    url = f"{place(run)}/messages/{note.message_id}"
    for nick, offered in (("ada", True), ("ben", False), ("ada", True)):  # pressed twice
        answer = as_(nick).post(f"{url}/removal")
        page = as_(nick).get(answer.headers["location"]).text
        assert (f'action="{url}/restoration"' in page, "It was deleted already" in page) == (offered, not offered)


def test_search_finds_it_again_after_it_came_back(as_, said, engine, settings):
    def found():
        with as_system(engine) as system:
            while follow(system, settings, now()):
                pass
            system.commit()
        return "in what was deleted" in as_("gil").get("/search?q=CANARY").text.replace("<mark>", "").replace(
            "</mark>", ""
        )

    assert found()
    as_("gus").post(f"{at(said)}/removal")
    assert not found()
    as_("gus").post(f"{at(said)}/restoration")
    assert found()


def test_the_timeline_tells_of_no_deletion_that_was_taken_back_and_of_one_that_was_not(
    as_, said, later, session, end, people
):
    as_("gus").post(f"{at(said)}/removal")
    as_("gus").post(f"{at(said)}/restoration")
    for nick in ("gus", "ben"):
        page = as_(nick).get("/escalations/ACME-7K4/timeline").text
        assert "deleted a message" not in page and "brought back" not in page and "is deleting" not in page
    as_("gus").post(f"{at(said)}/removal")
    later("+31s")
    end()
    assert kinds(session, said.id)[-4:] == ["message_hidden", "message_restored", "message_hidden", "message_deleted"]
    last = session.exec(select(TimelineEntry).where(TimelineEntry.kind == "message_deleted")).one()
    assert last.actor_id == people["gus"].id and last.is_shared
    session.commit()
    for nick in ("gus", "ben"):
        assert as_(nick).get("/escalations/ACME-7K4/timeline").text.count("deleted a message") == 1


def test_taking_back_and_the_end_never_both_happen(said, engine, people, session):
    with ViewerSession(engine, people["gus"].viewer) as own:
        delete_message(own, own.get_one(Message, said.id))
        own.commit()
    start, done = Barrier(2), []

    def take_back():
        start.wait()
        with ViewerSession(engine, people["gus"].viewer) as own:
            try:
                bring_back(own, own.get_one(Message, said.id))
                own.commit()
                done.append("back")
            except Refused:
                done.append("late")

    def sweep():
        start.wait()
        with as_system(engine) as system:
            done.append(end_deletions(system))
            system.commit()

    both = [Thread(target=act) for act in (take_back, sweep)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    assert sorted(map(str, done)) in (["0", "back"], ["1", "late"])
    assert (SAID in stored(session, said.id).text) is ("back" in done)


def test_pressed_twice_it_is_deleted_once_and_taken_back_once(as_, said, session):
    for _ in range(2):
        assert as_("gus").post(f"{at(said)}/removal").status_code == 303
    for _ in range(2):
        answer = as_("gus").post(f"{at(said)}/restoration")
        assert "It is there again" in as_("gus").get(answer.headers["location"]).text
    assert [kind for kind in kinds(session, said.id) if kind != "message_sent"] == [
        "message_edited",
        "message_hidden",
        "message_restored",
    ]


def test_the_page_before_says_for_how_long(as_, run, session):
    message = first_message(session)
    page = as_("gus").get(f"{at(message)}/removal").text
    assert "For 30 seconds you can bring them back" in page
