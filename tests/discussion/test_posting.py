"""Posting: who reads it, and that it is there once."""

import pytest
from sqlmodel import select

from app.access.participation import Audience, Participation
from app.discussion import starting
from app.discussion.models import HeldMessage, Message, Topic
from app.foundation.refusals import Refused
from app.timeline.models import TimelineEntry


def kinds(session):
    return set(session.exec(select(TimelineEntry.kind)))


def test_a_colleagues_words_are_internal_unless_they_choose(talk, run, looking_as, texts):
    talk.say("ben", run, "They might churn.")
    assert "They might churn." in texts(looking_as("ada"))
    assert texts(looking_as("gus")) == ["It stopped at two again."]


def test_a_guests_words_are_there_for_both_sides_at_once(talk, run, looking_as, texts):
    talk.say("gil", run, "And the invoices?", "internal")
    assert texts(looking_as("ben")) == texts(looking_as("gus")) == ["It stopped at two again.", "And the invoices?"]
    assert "message_sent" in kinds(looking_as("gus"))


def test_an_answer_to_an_internal_message_is_internal(talk, run, looking_as):
    note = talk.say("ben", run, "Only for us.")
    answer = talk.say("ada", run, "Agreed.", "shared", reply_to=looking_as("ada").get_one(Message, note.message_id))
    assert answer.audience is Audience.internal and not answer.is_held


def test_nothing_is_shared_in_an_internal_topic(talk, outage):
    ours = talk.start("ben", outage, "Ours", "A note.")
    with pytest.raises(Refused, match="internal"):
        talk.say("ben", ours, "Hello.", "shared")


def test_the_same_act_sent_twice_makes_one_message(talk, run, texts, session):
    once = talk.say("ben", run, "A note.", client_id="abc")
    again = talk.say("ben", run, "A note.", client_id="abc")
    other = talk.say("ada", run, "A note.", client_id="abc")
    assert once == again and other.message_id != once.message_id
    assert texts(session).count("A note.") == 2


def test_the_same_act_sent_twice_to_the_customer_is_held_once_and_known_after_it_left(talk, run, later, session, texts):
    once = talk.say("ben", run, "Hello.", "shared", client_id="abc")
    assert talk.say("ben", run, "Hello.", "shared", client_id="abc") == once
    later("+16s")
    assert talk.release() == 1
    again = talk.say("ben", run, "Hello.", "shared", client_id="abc")
    assert again.message_id == once.message_id and not again.is_held
    assert texts(session).count("Hello.") == 1


def test_a_clock_that_was_set_back_puts_no_answer_above_what_it_answers(talk, run, later, looking_as, texts):
    question = talk.say("gus", run, "And the invoices?")
    later("-1h")
    talk.say("gil", run, "They went out.", reply_to=looking_as("gil").get_one(Message, question.message_id))
    talk.say("ben", run, "A note.")
    talk.say("gus", run, "Thank you.")
    shared = ["It stopped at two again.", "And the invoices?", "They went out.", "Thank you."]
    assert texts(looking_as("gus")) == shared
    assert texts(looking_as("ben"))[:3] == shared[:3]


def test_messages_that_leave_in_one_moment_keep_the_order_in_which_they_were_written(talk, run, later, texts, session):
    written = [f"number {number}" for number in range(6)]
    for text in written:
        talk.say("ben", run, text, "shared")
    later("+16s")
    assert talk.release() == 6
    assert texts(session)[1:] == written


def test_empty_words_are_refused(talk, run):
    with pytest.raises(Refused, match="Write something"):
        talk.say("gus", run, "")


def test_a_topic_for_the_customer_is_ours_until_its_first_message_left(talk, outage, looking_as, later):
    topic = talk.start("ben", outage, "A plan for tonight", "We restart by hand.", "shared")
    assert looking_as("gus").get(Topic, topic.id) is None and topic.audience is Audience.internal
    later("+16s")
    talk.release()
    assert looking_as("gus").get(Topic, topic.id)
    assert "topic_started" in kinds(looking_as("gus"))


def test_who_speaks_to_the_customer_becomes_known_to_them_and_who_notes_does_not(talk, run, looking_as, people, later):
    talk.say("sue", run, "Hello from Sue.", "shared")
    talk.say("eli", run, "I only watch.")
    later("+16s")
    talk.release()
    known = set(looking_as("gus").exec(select(Participation.person_id)))
    assert people["sue"].id in known and people["eli"].id not in known


def test_a_mention_is_noted_with_the_messages_readers(talk, run, looking_as):
    talk.say("ben", run, "@gus.meyer is wrong, @ada.byron")
    assert "person_mentioned" not in kinds(looking_as("gus"))
    talk.say("gil", run, "@ben.okafor please look")
    assert "person_mentioned" in kinds(looking_as("gus"))


def test_a_link_to_something_internal_is_stopped_and_can_be_insisted_on(talk, run, session):
    note = talk.say("ben", run, "Their contract ends.")
    address = f"see /escalations/ACME-7K4/discussion/{run.id}?at={note.message_id}#message-{note.message_id}"
    with pytest.raises(Refused, match="Their contract ends"):
        talk.say("ben", run, address, "shared")
    assert talk.say("ben", run, address, "shared", in_spite=True).is_held
    assert not talk.say("ben", run, address).is_held
    assert session.exec(select(HeldMessage)).one()


def test_a_link_to_something_shared_passes(talk, run, session):
    first = session.exec(select(Message)).one()
    session.commit()
    address = f"https://evenkeel.test/escalations/ACME-7K4/discussion/{run.id}?at={first.id}"
    assert talk.say("ben", run, f"As you wrote: {address}", "shared").is_held


def test_other_words_under_the_same_name_are_given_back(talk, run, texts, session):
    talk.say("gus", run, "It stops.", client_id="abc")
    with pytest.raises(Refused, match="other words") as refused:
        talk.say("gus", run, "It stops at three now.", client_id="abc")
    assert refused.value.field == "client_id"
    talk.say("gus", run, "It stops.", client_id="abc")
    assert texts(session).count("It stops.") == 1 and "It stops at three now." not in texts(session)


def test_a_topic_begun_twice_at_the_same_moment_is_there_once(talk, outage, monkeypatch, session):
    """The second looked before the first was stored, as happens on PostgreSQL."""
    first = talk.start("gus", outage, "Tonight", "Will it run?", client_id="abc")
    asked, real = [], starting.posted_before

    def looks_too_early(*given):
        asked.append(given)
        return real(*given) if len(asked) > 1 else None

    monkeypatch.setattr(starting, "posted_before", looks_too_early)
    again = talk.start("gus", outage, "Tonight", "Will it run?", client_id="abc")
    assert again.id == first.id and len(asked) == 2
    assert len(session.exec(select(Topic).where(Topic.title == "Tonight")).all()) == 1
    told = select(TimelineEntry.kind).where(TimelineEntry.subject_id == first.id)
    assert session.exec(told).all() == ["topic_started"]
