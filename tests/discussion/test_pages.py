"""The discussion as each of the cast meets it."""

import re

import pytest
from sqlmodel import col, select

from app.access.participation import Audience, Participation
from app.discussion.models import EarlierWords, HeldMessage, Message, ReadMark, Topic
from app.escalations.opening import close
from app.foundation.clock import now
from app.writing.models import Mention
from tests.discussion.test_reading import many
from tests.statements import asked_for

ROOM = "/escalations/ACME-7K4/discussion"


def place(topic):
    return f"{ROOM}/{topic.id}"


def first_message(session):
    found = session.exec(select(Message).order_by(col(Message.sent_at))).first()
    session.commit()
    return found


@pytest.mark.parametrize(
    "path", ["", "/new", "/{topic}", "/{topic}?at={message}", "/{topic}?reply={message}", "/{topic}?quote={message}"]
)
def test_both_sides_open_the_pages_and_a_stranger_none_of_them(as_, run, session, path):
    url = ROOM + path.format(topic=run.id, message=first_message(session).id)
    for nick in ("ben", "gus", "ada"):
        assert as_(nick).get(url).status_code == 200
    for nick in ("eve", "gwen"):
        assert as_(nick).get(url).status_code == 404


UNSAFE = [
    "",
    "/{topic}/messages",
    "/{topic}/reading",
    "/{topic}/unread",
    "/{topic}/messages/{message}",
    "/{topic}/messages/{message}/removal",
    "/{topic}/messages/{message}/sharing",
]


@pytest.mark.parametrize("path", UNSAFE)
def test_a_stranger_writes_nothing(as_, run, session, path):
    message = first_message(session)
    url = ROOM + path.format(topic=run.id, message=message.id)
    given = {"text": "Mine", "title": "Mine", "message": message.id}
    for nick in ("eve", "gwen"):
        assert as_(nick).post(url, data=given).status_code == 404
    assert len(session.exec(select(Message)).all()) == 1 and session.exec(select(Topic)).one()


def test_a_guests_pages_hold_nothing_internal(as_, talk, run, outage, later):
    talk.say("ben", run, "CANARY-note for us", files=[])
    talk.say("ben", run, "CANARY-held", "shared")
    talk.start("ben", outage, "CANARY-topic", "CANARY-words")
    talk.start("ben", outage, "CANARY-opening", "CANARY-opening words", "shared")
    for path in (ROOM, place(run), f"{ROOM}/new"):
        page = as_("gus").get(path).text
        assert "CANARY" not in page and "nternal" not in page
        assert "CANARY" not in as_("gil").get(path).text
    staff = as_("ada").get(place(run)).text
    assert "CANARY-note" in staff and "CANARY-held" in staff and "CANARY-topic" in as_("ada").get(ROOM).text


def test_internal_messages_do_not_exist_for_guests_by_id_either(as_, talk, run, outage):
    note = talk.say("ben", run, "A note.")
    ours = talk.start("ben", outage, "Ours", "Words")
    held = talk.say("ben", run, "Held.", "shared")
    for path in (
        f"{place(run)}?at={note.message_id}",
        f"{place(run)}?before={note.message_id}",
        f"{place(run)}?after={note.message_id}",
        f"{place(run)}?reply={note.message_id}",
        f"{place(run)}?at={held.message_id}",
        place(ours),
        f"{ROOM}?before={ours.id}",
        f"{place(run)}/messages/{note.message_id}/edit",
        f"{place(run)}/messages/{note.message_id}/removal",
        f"{place(run)}/messages/{note.message_id}/history",
        f"{place(run)}/messages/{note.message_id}/sharing",
    ):
        assert as_("gus").get(path).status_code == 404, path
    answer = as_("gus").post(f"{place(run)}/messages", data={"text": "x", "reply_to": note.message_id})
    assert answer.status_code == 404
    assert as_("gus").post(f"{place(run)}/reading", data={"message": note.message_id}).status_code == 404


def test_a_message_of_another_topic_is_not_found_under_this_one(as_, talk, run, outage):
    other = talk.start("gus", outage, "Other", "Words")
    said = talk.say("gus", other, "There")
    assert as_("gus").get(f"{place(run)}?at={said.message_id}").status_code == 404
    assert as_("gus").post(f"{place(run)}/messages/{said.message_id}", data={"text": "x"}).status_code == 404


def test_a_note_is_added_without_javascript_and_the_page_says_so(as_, run):
    answer = as_("ben").post(f"{place(run)}/messages", data={"text": "A **note**", "audience": "internal"})
    assert answer.status_code == 303
    page = as_("ben").get(answer.headers["location"]).text
    assert "<strong>note</strong>" in page and "Note added" in page


def test_the_composer_names_the_readers_and_stays_as_it_was_sent(as_, run):
    page = as_("ben").get(place(run)).text
    assert "Send to Acme Logistics (2 people)" in page and "Gil Reyes and Gus Meyer" in page
    assert 'value="internal" checked' in page
    answer = as_("ben").post(f"{place(run)}/messages", data={"text": "Hello", "audience": "shared"})
    page = as_("ben").get(answer.headers["location"]).text
    assert 'value="shared" checked' in page and "gets this in 15 seconds" in page and "Take back" in page


def test_an_answer_to_a_note_offers_no_other_reader(as_, talk, run):
    note = talk.say("ada", run, "For us.")
    page = as_("ben").get(f"{place(run)}?reply={note.message_id}").text
    assert "Add internal note" in page and "Send to Acme" not in page
    assert "&gt; For us." in as_("ben").get(f"{place(run)}?quote={note.message_id}").text


def test_a_mistake_returns_everything_that_was_typed(as_, run, talk):
    note = talk.say("ada", run, "For us.")
    text = f"See /escalations/ACME-7K4/discussion/{run.id}?at={note.message_id}"
    answer = as_("ben").post(
        f"{place(run)}/messages",
        data={"text": text, "audience": "shared", "stamp": "question", "client_id": "abc"},
        files={"files": ("trace.log", b"bytes")},
    )
    assert answer.status_code == 422 and f"{text}</textarea>" in answer.text
    assert "Send it with the link" in answer.text and 'value="question" selected' in answer.text
    [kept] = re.findall(r'name="kept" value="(\w+)" checked><span>trace.log', answer.text)
    again = {"text": text, "audience": "shared", "client_id": "abc", "kept": kept, "in_spite": "yes"}
    answer = as_("ben").post(f"{place(run)}/messages", data=again)
    assert answer.status_code == 303 and "trace.log" in as_("ben").get(answer.headers["location"]).text


def test_a_new_topic_without_a_title_comes_back_with_its_words(as_, outage, session):
    answer = as_("gus").post(ROOM, data={"text": "We wait since nine."})
    assert (
        answer.status_code == 422
        and "We wait since nine.</textarea>" in answer.text
        and "Give the topic a title" in answer.text
    )
    assert session.exec(select(Topic)).all() == []


def test_a_guest_starts_a_topic_that_is_shared(as_, outage, session):
    answer = as_("gus").post(ROOM, data={"title": "Tonight", "text": "Who is on call?", "audience": "internal"})
    assert answer.status_code == 303
    assert session.exec(select(Topic)).one().is_shared and session.exec(select(Message)).one().is_shared


def test_a_double_click_makes_one_message(as_, run, session):
    for _ in range(2):
        answer = as_("gus").post(f"{place(run)}/messages", data={"text": "Once", "client_id": "same"})
        assert answer.status_code == 303
    assert len(session.exec(select(Message).where(Message.text == "Once")).all()) == 1


def test_one_changes_ones_own_words_and_it_shows(as_, run, session):
    message = first_message(session)
    url = f"{place(run)}/messages/{message.id}"
    assert as_("gus").get(f"{url}/edit").status_code == 200
    assert as_("gus").post(url, data={"text": "It stopped at three."}).status_code == 303
    page = as_("gil").get(place(run)).text
    assert "It stopped at three." in page and "edited" in page and "stopped at two" not in page
    assert "stopped at two" in as_("ben").get(f"{url}/history").text
    for nick in ("gil", "ben", "ada"):
        assert as_(nick).get(f"{url}/edit").status_code == 403
        assert as_(nick).post(url, data={"text": "Not mine"}).status_code == 403


def test_a_deleted_message_leaves_its_place_and_nothing_of_its_words(as_, run, session):
    message = first_message(session)
    url = f"{place(run)}/messages/{message.id}"
    as_("gus").post(url, data={"text": "Changed @ben.okafor"})
    assert "Delete this message?" in as_("gus").get(f"{url}/removal").text
    assert as_("gus").post(f"{url}/removal").status_code == 303
    for nick in ("gus", "ben"):
        page = as_(nick).get(f"{place(run)}?at={message.id}").text
        assert "tombstone" in page and "Changed" not in page and "stopped at two" not in page
    assert session.exec(select(EarlierWords)).all() == [] == session.exec(select(Mention)).all()
    assert as_("ben").get(f"/escalations/ACME-7K4/actions/new?from=message:{message.id}").status_code in (200, 404)


def test_managers_delete_colleagues_words_and_nobody_of_ours_the_customers(as_, talk, run, session):
    guests, note = first_message(session), talk.say("ben", run, "Rude.")
    assert as_("ada").post(f"{place(run)}/messages/{guests.id}/removal").status_code == 403
    assert as_("sue").post(f"{place(run)}/messages/{note.message_id}/removal").status_code == 403
    assert as_("ada").post(f"{place(run)}/messages/{note.message_id}/removal").status_code == 303
    assert session.get_one(Message, note.message_id).deleted_at and not session.get_one(Message, guests.id).deleted_at


def test_sharing_a_note_sends_a_copy_and_leaves_the_note(as_, talk, run, later, session, looking_as, texts):
    note = talk.say("ben", run, "The retry opens a second batch.")
    url = f"{place(run)}/messages/{note.message_id}/sharing"
    page = as_("ada").get(url).text
    assert "Gil Reyes and Gus Meyer" in page and "Send to Acme Logistics (2 people)" in page
    assert as_("ada").post(url, data={"text": "The retry opens a second batch, we stop it."}).status_code == 303
    assert session.exec(select(HeldMessage)).one()
    session.commit()
    later("+16s")
    talk.release()
    assert texts(looking_as("gus"))[-1] == "The retry opens a second batch, we stop it."
    assert session.get_one(Message, note.message_id).audience is Audience.internal


def test_a_note_of_an_internal_topic_is_shared_in_a_topic_of_its_own(as_, talk, outage, session):
    ours = talk.start("ben", outage, "Ours", "We could say this.")
    note = first_message(session)
    url = f"{place(ours)}/messages/{note.id}/sharing"
    assert as_("ben").post(url, data={"text": "This."}).status_code == 422
    assert as_("ben").post(url, data={"text": "This.", "title": "What we know"}).status_code == 303
    assert session.exec(select(HeldMessage)).one().opens_topic and not session.get_one(Topic, ours.id).is_shared


def test_reading_is_marked_by_a_post_and_by_no_get(as_, talk, run, session):
    said = talk.say("ben", run, "A note.")
    as_("ada").get(place(run))
    assert session.exec(select(ReadMark)).all() == []
    session.commit()
    assert "Mark read" in as_("ada").get(place(run)).text
    as_("ada").post(f"{place(run)}/reading", data={"message": said.message_id})
    assert "Mark read" not in as_("ada").get(place(run)).text
    talk.say("ben", run, "Another.")
    assert "New since" in as_("ada").get(place(run)).text
    assert "2 new" in as_("sue").get(ROOM).text or "3 new" in as_("sue").get(ROOM).text
    as_("ada").post(f"{place(run)}/unread", data={"message": said.message_id})
    assert "2 new" in as_("ada").get(ROOM).text


def test_in_a_closed_escalation_all_read_and_nobody_writes(as_, run, outage, session):
    close(session, outage)
    session.commit()
    message = first_message(session)
    for nick in ("gus", "ben"):
        assert as_(nick).get(place(run)).status_code == 200
        assert 'id="compose"' not in as_(nick).get(place(run)).text
        assert as_(nick).post(f"{place(run)}/messages", data={"text": "Late"}).status_code == 403
        assert as_(nick).post(f"{place(run)}/reading", data={"message": message.id}).status_code == 303


def test_a_guest_who_was_revoked_finds_nothing_any_more(as_, run, outage, session, people):
    assert as_("gus").get(place(run)).status_code == 200
    seat = session.get_one(Participation, (outage.id, people["gus"].id))
    seat.ended_at = now()
    session.add(seat)
    session.commit()
    assert as_("gus").get(place(run)).status_code == 404
    assert as_("gus").post(f"{place(run)}/messages", data={"text": "Still here?"}).status_code == 404


def test_suggestions_are_limited_to_who_may_read(as_, run):
    def suggested(nick, **query):
        return {one["name"] for one in as_(nick).get("/escalations/ACME-7K4/mentionable", params=query).json()}

    assert suggested("ben", q="@g") == set()
    assert suggested("ben", q="g", audience="shared") >= {"Gus Meyer", "Gil Reyes"}
    assert suggested("gus", q="e", audience="internal") <= {"Gus Meyer", "Gil Reyes", "Ben Okafor", "Ada Byron"}
    assert as_("eve").get("/escalations/ACME-7K4/mentionable").status_code == 404


@pytest.mark.parametrize("nick", ["ben", "gus"])
def test_a_full_page_costs_few_statements(as_, run, session, people, engine, nick):
    many(session, run, people, 60)
    browser = as_(nick)
    assert browser.get(place(run)).text.count("<article") == 50
    asked = asked_for(engine, lambda: browser.get(place(run)))
    assert len(asked) <= 12, asked


def test_what_was_deleted_meanwhile_is_not_shared_from_an_open_page(as_, talk, run, later, texts, looking_as):
    note = talk.say("ben", run, "They are wrong about this.")
    url = f"{place(run)}/messages/{note.message_id}/sharing"
    assert "They are wrong about this." in as_("ada").get(url).text
    as_("ben").post(f"{place(run)}/messages/{note.message_id}/removal")
    answer = as_("ada").post(url, data={"text": "They are wrong about this."})
    assert answer.status_code == 403
    later("+16s")
    assert talk.release() == 0 and "They are wrong about this." not in texts(looking_as("gus"))
