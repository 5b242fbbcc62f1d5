"""What was deleted is read by nobody, and is gone for good after half a minute."""

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from app.access.session import ViewerSession, as_system
from app.discussion.deleting import delete_message, end_deletions
from app.discussion.editing import edit
from app.discussion.models import DeletedWords, EarlierWords, Message
from app.foundation.clock import now
from app.foundation.refusals import NotAllowed
from app.foundation.storage import open_storage
from app.notifications.models import Notification
from app.notifications.spreading import spread_news
from app.outbox.sending import send_due
from app.schedule import CLOCKS
from app.search.following import follow
from app.timeline.models import TimelineEntry
from app.writing.attachments import sweep_files
from app.writing.models import Attachment, Mention
from tests.asked import do_removals
from tests.discussion.test_files import address, only_file, send
from tests.discussion.test_pages import ROOM, place
from tests.mailbox import words_of

SAID = "CANARY in what was deleted"


def at(message):
    return f"{ROOM}/{message.topic_id}/messages/{message.id}"


def stored(session, message_id):
    session.expire_all()
    found = session.get_one(Message, message_id)
    session.commit()
    return found


def kinds(session, message_id):
    query = select(TimelineEntry.kind).where(TimelineEntry.subject_id == message_id)
    found = session.exec(query.order_by(col(TimelineEntry.number))).all()
    session.commit()
    return [kind for kind in found if "message" in kind]


def test_after_half_a_minute_it_is_gone_whether_or_not_a_clock_has_come_by(as_, said, later, session, end, engine):
    as_("gus").post(f"{at(said)}/removal")
    later("+29s")
    assert end() == 0
    later("+31s")
    answer = as_("gus").post(f"{at(said)}/restoration")
    assert "gone for good" in as_("gus").get(answer.headers["location"]).text
    assert end() == 1 and end() == 0
    answer = as_("gus").post(f"{at(said)}/restoration")
    assert "gone for good" in as_("gus").get(answer.headers["location"]).text
    assert session.exec(select(DeletedWords)).all() == [] and SAID not in stored(session, said.id).text
    with engine.connect() as connection:
        tables = (
            "message",
            "deleted_words",
            "earlier_words",
            "mention",
            "timeline_entry",
            "notification",
            "draft",
            "kept_answer",
        )
        for name in tables:
            assert "CANARY" not in str(connection.execute(text(f"select * from {name}")).all()), name


def test_a_clock_ends_what_is_due(as_, said, later, engine, session):
    as_("gus").post(f"{at(said)}/removal")
    later("+31s")
    [clock] = [each for each in CLOCKS if each.name == "deleted messages"]
    with as_system(engine) as system:
        assert clock.sweep(system, None, now()) == 1
        system.commit()
    assert session.exec(select(DeletedWords)).all() == []


@pytest.mark.parametrize("nick", ["gus", "gil", "ben", "ada"])
def test_meanwhile_no_session_and_no_page_holds_the_words(as_, run, said, looking_as, engine, settings, nick):
    as_("gus").post(f"{at(said)}/removal")
    with as_system(engine) as system:
        while follow(system, settings, now()):
            pass
        system.commit()
    own = looking_as(nick)
    assert own.exec(select(DeletedWords)).all() == [] and own.get(DeletedWords, said.id) is None
    assert own.exec(select(EarlierWords)).all() == [] == own.exec(select(Mention)).all()
    for path in (
        place(run),
        f"{place(run)}?all=1",
        f"{place(run)}?at={said.id}",
        f"{place(run)}?quote={said.id}",
        f"{place(run)}?reply={said.id}",
        f"{at(said)}/history",
        f"{at(said)}/removal",
        f"{at(said)}/edit",
        f"{at(said)}/sharing",
        f"/escalations/ACME-7K4/actions/new?from=message:{said.id}",
        "/escalations/ACME-7K4",
        "/escalations/ACME-7K4/timeline",
        "/search?q=CANARY+deleted",
        "/inbox",
        "/",
    ):
        page = as_(nick).get(path).text
        assert SAID not in page and "in what was" not in page, path


def test_the_deletion_of_a_note_is_told_to_no_guest(as_, talk, run, later, looking_as, end):
    note = talk.say("ben", run, "A note.")
    as_("ben").post(f"{place(run)}/messages/{note.message_id}/removal")
    later("+31s")
    end()
    assert kinds(looking_as("gus"), note.message_id) == []


def test_a_letter_that_waits_leaves_without_the_words(as_, said, later, mailbox, engine, session, settings):
    mailed = settings.model_copy(update={"smtp_url": mailbox.url, "mail_from": "evenkeel@evenkeel.test"})

    def go_round(sweep):
        with as_system(engine) as system:
            while sweep(system, mailed, now()):
                pass
            system.commit()

    go_round(spread_news)
    told = len(session.exec(select(Notification)).all())
    session.commit()
    as_("gus").post(f"{at(said)}/removal")
    go_round(spread_news)
    later("+25s")
    go_round(send_due)
    assert mailbox.letters and not any("CANARY" in words_of(one) + str(one["subject"]) for one in mailbox.letters)
    as_("gus").post(f"{at(said)}/restoration")
    go_round(spread_news)
    assert len(session.exec(select(Notification)).all()) == told > 0  # nobody is told twice


def test_files_are_handed_to_nobody_meanwhile_and_come_back_whole(as_, run, session, engine, settings, later):
    send(as_, "gus", run)
    file = only_file(session)
    url = f"{place(run)}/messages/{file.owner_id}"
    as_("gus").post(f"{url}/removal")
    assert all(as_(nick).get(address(file)).status_code == 404 for nick in ("gus", "gil", "ben"))
    with as_system(engine) as system:
        assert sweep_files(system, now()) == 0
    as_("gus").post(f"{url}/restoration")
    later("+1h")
    with as_system(engine) as system:
        assert sweep_files(system, now()) == 0
    assert as_("gil").get(address(file)).content == b"what happened"
    as_("gus").post(f"{url}/removal")
    later("+2h")
    with as_system(engine) as system:
        assert sweep_files(system, now()) == 1 and end_deletions(system, now()) == 1
        system.commit()
    do_removals(engine, settings)
    assert not open_storage(settings.storage_url, settings.data_dir).exists(file.storage_key)
    assert session.exec(select(Attachment)).all() == []


def test_a_deletion_that_dies_halfway_has_done_nothing_and_an_end_that_does_is_done_again(
    said, engine, people, later, end, session
):
    with ViewerSession(engine, people["gus"].viewer) as dying:
        delete_message(dying, dying.get_one(Message, said.id))
    assert SAID in stored(session, said.id).text and session.exec(select(DeletedWords)).all() == []
    session.commit()
    with ViewerSession(engine, people["gus"].viewer) as own:
        delete_message(own, own.get_one(Message, said.id))
        own.commit()
    later("+31s")
    with as_system(engine) as dying:
        assert end_deletions(dying, now()) == 1
    assert session.exec(select(DeletedWords)).one()
    session.commit()
    assert end() == 1


def test_no_words_come_to_what_is_being_deleted(said, engine, people, session):
    """It was opened for a change before it was deleted in another tab."""
    with ViewerSession(engine, people["gus"].viewer) as own:
        opened = own.get_one(Message, said.id)
        own.commit()
        with ViewerSession(engine, people["gus"].viewer) as other:
            delete_message(other, other.get_one(Message, said.id))
            other.commit()
        with pytest.raises(NotAllowed):
            edit(own, opened, "Something else")
    assert stored(session, said.id).text == ""


def test_what_cannot_be_told_of_keeps_no_words(said, engine, people, session, later, end, monkeypatch, caplog):
    with ViewerSession(engine, people["gus"].viewer) as own:
        delete_message(own, own.get_one(Message, said.id))
        own.commit()
    later("+31s")

    def refuse(*_):
        raise LookupError("no such person")

    monkeypatch.setattr("app.discussion.deleting.viewer_of", refuse)
    assert end() == 1 and session.exec(select(DeletedWords)).all() == []
    assert "could not be told of" in caplog.text and "CANARY" not in caplog.text


def test_a_clock_that_was_set_back_keeps_nothing_longer(as_, said, later, end, session):
    later("+2h")
    as_("gus").post(f"{at(said)}/removal")
    later("+1s")
    answer = as_("gus").post(f"{at(said)}/restoration")
    assert "gone for good" in as_("gus").get(answer.headers["location"]).text
    assert end() == 1 and session.exec(select(DeletedWords)).all() == []
