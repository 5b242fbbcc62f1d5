"""Fifteen seconds in which a message to the customer can be taken back."""

import json
from threading import Barrier, Thread

from sqlmodel import select

from app.access.session import as_system
from app.discussion.models import HeldMessage, Message, Posting, Topic
from app.discussion.releasing import release_due
from app.foundation.clock import now
from app.timeline.models import TimelineEntry
from app.writing.drafting import keep_draft
from app.writing.models import Draft


def hold(talk, run, text="We found the cause."):
    return talk.say("ben", run, text, "shared", client_id="first")


def taking_back(topic, message_id):
    return f"/escalations/ACME-7K4/discussion/{topic.id}/held/{message_id}/taking-back"


def test_nothing_leaves_before_its_time(talk, run, later, looking_as, texts):
    hold(talk, run)
    later("+14s")
    assert talk.release() == 0
    assert texts(looking_as("gus")) == ["It stopped at two again."] == texts(looking_as("ada"))


def test_it_leaves_with_the_moment_of_leaving_and_its_authors_name(talk, run, later, session, people, looking_as):
    held = hold(talk, run)
    later("+60s")
    assert talk.release() == 1
    message = looking_as("gus").get_one(Message, held.message_id)
    assert (now() - message.sent_at).total_seconds() < 30 and message.author_id == people["ben"].id
    entry = looking_as("gus").exec(select(TimelineEntry).where(TimelineEntry.subject_id == held.message_id)).one()
    assert entry.kind == "message_sent" and entry.actor_id == people["ben"].id
    assert session.exec(select(HeldMessage)).all() == []


def test_two_processes_that_look_at_once_let_it_leave_once(talk, run, later, engine, session, texts):
    for number in range(5):
        hold(talk, run, f"Number {number}") if number == 0 else talk.say("ben", run, f"Number {number}", "shared")
    later("+16s")
    start, released, failed = Barrier(3), [], []

    def sweep():
        start.wait()
        try:
            with as_system(engine) as mine:
                released.append(release_due(mine, now()))
                mine.commit()
        except Exception as error:
            failed.append(error)

    sweeps = [Thread(target=sweep) for _ in range(3)]
    for thread in sweeps:
        thread.start()
    for thread in sweeps:
        thread.join(60)
    assert failed == [] and sum(released) == 5
    assert sorted(text for text in texts(session) if text.startswith("Number")) == [f"Number {n}" for n in range(5)]


def test_a_release_that_dies_halfway_has_done_nothing_and_is_done_again(talk, run, later, engine, looking_as, texts):
    hold(talk, run)
    later("+16s")
    with as_system(engine) as dying:
        assert release_due(dying, now()) == 1
    assert texts(looking_as("gus")) == ["It stopped at two again."]
    assert talk.release() == 1 and talk.release() == 0
    assert texts(looking_as("gus"))[-1] == "We found the cause."


def test_one_that_cannot_leave_holds_up_no_other_and_comes_again_later(
    talk, run, later, session, people, texts, engine
):
    bad = hold(talk, run, "Its place is taken.")
    talk.say("ben", run, "This one is good.", "shared")
    held = session.get_one(HeldMessage, bad.message_id)
    taken = Message(
        escalation_id=run.escalation_id, topic_id=run.id, author_id=people["ada"].id, text="A note", id=held.id
    )
    session.add(taken)
    session.commit()
    later("+16s")
    assert talk.release() == 1 and talk.release() == 0
    assert "This one is good." in texts(session) and "Its place is taken." not in texts(session)
    session.refresh(held)
    assert held.leaves_at > now()
    session.delete(taken)
    session.commit()
    later("+60s")
    assert talk.release() == 1
    with as_system(engine) as afterwards:
        assert "Its place is taken." in texts(afterwards)


def test_taken_back_it_is_in_the_composer_again_and_nowhere_else(talk, run, later, as_, session):
    held = hold(talk, run, "We found the *cause*.")
    answer = as_("ben").post(taking_back(run, held.message_id))
    assert answer.status_code == 200
    assert 'value="shared" checked' in answer.text and "We found the *cause*.</textarea>" in answer.text
    later("+60s")
    assert talk.release() == 0
    assert session.exec(select(HeldMessage)).all() == [] == session.exec(select(Posting)).all()
    assert session.get(Message, held.message_id) is None


def test_a_topic_taken_back_with_its_first_message_is_gone_and_both_are_in_the_form(talk, outage, as_, session):
    topic = talk.start("ben", outage, "A plan", "We restart.", "shared")
    as_("ada").get(f"/escalations/ACME-7K4/discussion/{topic.id}")
    held = session.exec(select(HeldMessage)).one()
    session.commit()
    answer = as_("ben").post(taking_back(topic, held.id))
    assert 'value="A plan"' in answer.text and "We restart.</textarea>" in answer.text
    assert session.get(Topic, topic.id) is None


def test_a_topic_with_notes_in_it_stays_ours_when_its_message_is_taken_back(talk, outage, as_, session):
    topic = talk.start("ben", outage, "A plan", "We restart.", "shared")
    talk.say("ada", topic, "Wait.")
    held = session.exec(select(HeldMessage)).one()
    session.commit()
    assert "We restart.</textarea>" in as_("ben").post(taking_back(topic, held.id)).text
    assert not session.get_one(Topic, topic.id).is_shared


def test_what_has_left_cannot_be_taken_back_and_that_is_said(talk, run, later, as_):
    held = hold(talk, run)
    later("+16s")
    talk.release()
    answer = as_("ben").post(taking_back(run, held.message_id))
    assert answer.status_code == 303
    assert "It has left already" in as_("ben").get(answer.headers["location"]).text


def test_only_its_author_takes_it_back(talk, run, as_, session):
    held = hold(talk, run)
    assert as_("ada").post(taking_back(run, held.message_id)).status_code == 403
    for nick in ("gus", "gil", "eve"):
        assert as_(nick).post(taking_back(run, held.message_id)).status_code == 404
    assert session.get(HeldMessage, held.message_id)


def test_a_clock_that_was_set_back_holds_nothing_longer(talk, run, later, texts, session):
    later("+2h")
    talk.say("ben", run, "From two hours ahead.", "shared")
    later("+1s")
    assert talk.release() == 1 and "From two hours ahead." in texts(session)


def test_a_topic_that_is_about_to_open_says_so_and_its_box_follows(talk, outage, as_, later):
    topic = talk.start("ben", outage, "A plan", "We restart.", "shared")
    at = f"/escalations/ACME-7K4/discussion/{topic.id}"
    mine, hers = as_("ben").get(at).text, as_("ada").get(at).text
    assert "Opens for Acme Logistics with your first message" in mine
    assert "Opens for Acme Logistics with its first message" in hers
    box = 'id="topic-composer" data-live-panel="discussion"'
    assert box in mine and 'value="shared"' not in mine.partition(box)[2]
    assert as_("gus").get(at).status_code == 404
    later("+16s")
    talk.release()
    mine = as_("ben").get(at).text
    assert box not in mine and 'value="shared"' in mine and "Opens for" not in mine and "New since" not in mine


def test_the_words_of_what_was_taken_back_survive_the_loss_of_the_answer(as_, talk, run, session):
    """A second click, a reload, another device: they are a draft from the moment on in which they do not leave."""
    held = hold(talk, run)
    session.commit()
    for answer in (
        as_("ben").post(taking_back(run, held.message_id)),  # which never arrived
        as_("ben").post(taking_back(run, held.message_id)),
        as_("ben").get(taking_back(run, held.message_id)),
    ):
        assert answer.status_code == 200 and "We found the cause.</textarea>" in answer.text
    draft = session.exec(select(Draft)).one()
    assert json.loads(draft.words) == {"text": "We found the cause.", "audience": "shared"}
    session.commit()
    assert as_("ada").post(taking_back(run, held.message_id)).status_code == 404


def test_a_draft_that_was_not_gone_yet_doubles_nothing(as_, talk, run, session, people):
    held = hold(talk, run)
    session.viewer = people["ben"].viewer
    keep_draft(session, run.escalation_id, f"topic:{run.id}", {"text": "We found the cause.", "audience": "shared"})
    session.commit()
    page = as_("ben").post(taking_back(run, held.message_id)).text
    assert page.count("We found the cause.") == 1 and 'value="shared" checked' in page


def test_what_one_was_writing_meanwhile_stays_above_it(as_, talk, run, session, people):
    held = hold(talk, run)
    session.viewer = people["ben"].viewer
    place = f"topic:{run.id}"
    keep_draft(session, run.escalation_id, place, {"text": "For us alone", "audience": "internal"})
    session.commit()
    page = as_("ben").post(taking_back(run, held.message_id)).text
    assert "For us alone\n\nWe found the cause.</textarea>" in page and 'value="internal" checked' in page
