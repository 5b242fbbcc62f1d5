"""Order, pages, what is new."""

from datetime import timedelta

from sqlmodel import col, select

from app.access.participation import Audience
from app.discussion.listing import list_topics
from app.discussion.marking import mark_read, mark_unread
from app.discussion.models import Message, Topic
from app.discussion.reading import latest_messages, read_topic
from app.foundation.clock import now


def many(session, topic, people, count, audience=Audience.shared, author="gil", first=1000):
    start = now() - timedelta(seconds=first)
    session.add_all(
        Message(
            escalation_id=topic.escalation_id,
            topic_id=topic.id,
            author_id=people[author].id,
            text=f"Line {number}",
            sent_at=start + timedelta(seconds=number // 2),
            audience=audience,
        )
        for number in range(count)
    )
    session.commit()


def walk(session, topic):
    """Every page from the newest to the first, by the links they give."""
    found: list[str] = []
    before = None
    while True:
        stretch = read_topic(session, topic, before=before)
        found[:0] = [row.id for row in stretch.messages]
        if not stretch.earlier:
            return found
        before = session.get_one(Message, stretch.earlier)


def test_pages_go_back_to_the_first_message_without_gap_or_repeat(session, looking_as, run, people):
    many(session, run, people, 130)
    gus = looking_as("gus")
    expected = list(gus.exec(select(Message.id).order_by(col(Message.sent_at), Message.id)))
    assert walk(gus, run) == expected and len(expected) == 131


def test_a_guests_pages_are_as_full_as_if_nothing_internal_were_there(session, looking_as, run, people):
    many(session, run, people, 60)
    many(session, run, people, 300, Audience.internal, "ben")
    page = read_topic(looking_as("gus"), run)
    assert len(page.messages) == 50 and all(row.is_shared for row in page.messages)
    assert len(walk(looking_as("gus"), run)) == 61 and len(walk(looking_as("ben"), run)) == 361


def test_a_permalink_shows_the_message_among_its_neighbours(session, looking_as, run, people):
    many(session, run, people, 130)
    ben = looking_as("ben")
    middle = ben.exec(select(Message).where(Message.text == "Line 60")).one()
    stretch = read_topic(ben, run, at=middle)
    ids = [row.id for row in stretch.messages]
    assert len(ids) == 50 and 20 < ids.index(middle.id) < 30 and stretch.earlier and stretch.later
    after = read_topic(ben, run, after=ben.get_one(Message, stretch.later))
    assert after.messages[0].id not in ids and after.earlier


def test_internal_talk_moves_a_topic_for_us_and_not_for_guests(talk, run, outage, looking_as, later):
    later("+1m")
    talk.start("gil", outage, "Month end", "Will it hold?")
    later("+2m")
    talk.say("ben", run, "They might churn.")
    titles = {nick: [row.title for row in list_topics(looking_as(nick), outage)[0]] for nick in ("ben", "gus")}
    assert titles == {"ben": ["Last night's run", "Month end"], "gus": ["Month end", "Last night's run"]}
    active = list_topics(looking_as("gus"), outage)[0][1].active_at
    assert active == looking_as("gus").get_one(Topic, run.id).last_shared_at


def test_topics_are_paged_by_key(talk, outage, looking_as, later):
    for number in range(7):
        later(f"+{number}m")
        talk.start("gus", outage, f"Topic {number}", "Words")
    gus, titles, before = looking_as("gus"), [], None
    while True:
        rows, older = list_topics(gus, outage, before, count=3)
        titles += [row.title for row in rows]
        if not older:
            break
        before = gus.get_one(Topic, older)
    assert titles == [f"Topic {number}" for number in reversed(range(7))]


def unread(looking_as, nick, outage):
    return list_topics(looking_as(nick), outage)[0][0].unread


def test_new_is_what_others_wrote_and_this_person_may_see(talk, run, outage, looking_as, later):
    talk.say("ben", run, "Held.", "shared")
    talk.say("ada", run, "A note.")
    assert unread(looking_as, "gus", outage) == 0
    assert unread(looking_as, "gil", outage) == 1
    assert unread(looking_as, "ben", outage) == 2
    later("+16s")
    talk.release()
    assert unread(looking_as, "gus", outage) == 1


def test_counting_stops_where_it_is_no_longer_shown(session, run, people, outage, looking_as):
    many(session, run, people, 150)
    row = list_topics(looking_as("gus"), outage)[0][0]
    assert row.unread == 100 and row.unread_words == "99+ new"


def test_what_is_read_stays_read_and_can_be_made_new_again(session, run, people, outage, looking_as, engine):
    many(session, run, people, 10)
    lines = session.exec(select(Message).order_by(col(Message.sent_at), Message.id)).all()
    session.viewer = people["gus"].viewer
    mark_read(session, run, lines[5])
    mark_read(session, run, lines[2])
    session.commit()
    assert unread(looking_as, "gus", outage) == 4
    assert read_topic(looking_as("gus"), run).first_unread == lines[6].id
    mark_unread(session, run, lines[2])
    session.commit()
    fresh = read_topic(looking_as("gus"), run)
    assert (
        fresh.mark
        and fresh.mark.at == lines[2].sent_at
        and fresh.first_unread in {lines[2].id, lines[1].id, lines[3].id}
    )
    assert unread(looking_as, "gil", outage) == 1


def test_the_latest_messages_are_the_shared_ones(talk, run, outage, looking_as):
    talk.say("gil", run, "Newest.")
    talk.say("ben", run, "A note.")
    for nick in ("ben", "gus"):
        assert [row.text for row in latest_messages(looking_as(nick), outage, 2)] == [
            "Newest.",
            "It stopped at two again.",
        ]


def test_an_answer_shows_what_it_answers_only_to_who_may_see_that(talk, run, session, looking_as, people):
    note = talk.say("ben", run, "They might churn.")
    shared = Message(
        escalation_id=run.escalation_id, topic_id=run.id, author_id=people["ben"].id, text="So.",
        reply_to_id=note.message_id, audience=Audience.shared,
    )  # fmt: skip
    session.add(shared)
    session.commit()
    guests, ours = (
        {row.id: row for row in read_topic(looking_as(nick), run).messages}[shared.id] for nick in ("gus", "ada")
    )
    assert guests.reply_to_id is None and guests.reply_text == ""
    assert ours.reply_to_id == note.message_id and ours.answers == "They might churn."


def test_ones_own_words_are_never_new_to_oneself(session, looking_as, run, people, talk, later):
    ben = looking_as("ben")
    mark_read(ben, run, ben.exec(select(Message)).one())
    ben.commit()
    later("+1m")
    talk.say("ben", run, "We look at it.", "shared")
    later("+2m")
    talk.release()
    mine = read_topic(looking_as("ben"), run)
    assert mine.first_unread == "" and not mine.has_unread and mine.mark is not None
    assert read_topic(looking_as("gus"), run).has_unread
    later("+3m")
    answer = talk.say("gus", run, "Thank you.")
    mine = read_topic(looking_as("ben"), run)
    assert mine.first_unread == answer.message_id and mine.has_unread
