"""The index follows what people do."""

from datetime import timedelta
from functools import cache

import pytest
from sqlmodel import select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.action_items.changing import remove, restore
from app.action_items.models import ActionItem
from app.concerns.models import Concern
from app.concerns.sharing import share, withdraw
from app.discussion.deleting import delete_message
from app.discussion.editing import edit
from app.discussion.models import Message, Topic
from app.discussion.posting import announce
from app.foundation.clock import now
from app.meetings.models import AgendaItem, Meeting, Note, Origin, TextFor
from app.meetings.notes.saving import save_note
from app.recordings.deleting import delete_words
from app.recordings.facts import RecordingDeleted, RecordingReplaced
from app.recordings.models import Recording
from app.recordings.sharing import share as share_recording
from app.recordings.sharing import withdraw as withdraw_recording
from app.search.finding import find
from app.search.words import parse
from app.timeline.models import Errand
from app.timeline.recording import record


@pytest.fixture
def ben(engine, people):
    """A session of Ben's that writes."""
    with ViewerSession(engine, people["ben"].viewer) as session:
        yield session


@pytest.fixture
def found(looking_as, catch_up, ben, session):
    """How many things staff and guests find once the index has followed: `found("gateway") == (1, 0)`."""

    look_as = cache(looking_as)

    def look(typed, *, at_once=False):
        ben.commit()
        session.commit()
        if not at_once:
            catch_up()
        counts = []
        for nick in ("ben", "gus"):
            look_as(nick).rollback()  # what came since is to be seen
            counts.append(len(find(look_as(nick), parse(typed)).found))
        return tuple(counts)

    return look


def test_a_concern_is_found_by_the_customer_while_it_is_shared(found, ben, concern, outage):
    row = ben.merge(concern(outage, "gateway matter", Audience.internal))
    share(ben, outage, row)
    assert found("gateway", at_once=True) == (1, 0)
    assert found("gateway") == (1, 1)
    withdraw(ben, outage, row)
    assert found("gateway", at_once=True) == (1, 0)
    assert found("gateway") == (1, 0)


def test_an_agenda_item_hides_with_the_concern_its_title_was_copied_from(found, ben, concern, put, outage):
    origin = concern(outage, "gateway matter")
    inside = {"escalation_id": outage.id, "audience": Audience.shared}
    meeting = put(Meeting(**inside, title="Weekly", starts_at=now(), ends_at=now() + timedelta(hours=1), zone="UTC"))
    copied = {"title": origin.words, "origin_kind": Origin.concern, "origin_id": origin.id}
    put(AgendaItem(**inside, **copied, meeting_id=meeting.id, position=1))
    assert found("gateway") == (2, 2)
    row = ben.get(Concern, origin.id)
    withdraw(ben, outage, row)
    assert found("gateway", at_once=True) == (2, 0)
    assert found("gateway") == (2, 0)
    share(ben, outage, row)
    assert found("gateway") == (2, 2)


def test_a_message_is_found_by_what_it_says_now_and_not_at_all_once_deleted(found, ben, message, outage):
    row = ben.get(Message, message(outage, "the gateway stutters").id)
    edit(ben, row, "the certificate expired")
    assert found("gateway", at_once=True) == (0, 0)
    assert found("gateway") == (0, 0) and found("certificate") == (1, 1)
    delete_message(ben, row)
    assert found("certificate", at_once=True) == (0, 0)
    assert found("certificate") == (0, 0)


def test_a_message_is_found_once_it_is_announced(found, ben, people, outage, message):
    topic = ben.get(Topic, message(outage, "first").topic_id)
    inside = {"escalation_id": outage.id, "topic_id": topic.id, "author_id": people["ben"].id}
    for audience in Audience:
        row = Message(**inside, text=f"gateway {audience}", audience=audience)
        ben.add(row)
        ben.flush()
        announce(ben, row)
    assert found("gateway") == (2, 1)


def test_a_removed_action_is_not_found_until_it_is_brought_back(found, ben, put, outage):
    row = ben.merge(put(ActionItem(escalation_id=outage.id, title="Call the gateway", audience=Audience.shared)))
    remove(ben, outage, row)
    assert found("gateway", at_once=True) == found("gateway") == (0, 0)
    restore(ben, outage, row)
    assert found("gateway") == (1, 1)


def test_the_words_of_a_recording_follow_it(found, ben, said, outage):
    recording = ben.get(Recording, said(outage, 61, "the gateway sends it twice", Audience.internal).recording_id)
    assert found("gateway") == (1, 0)
    share_recording(ben, recording)
    assert found("gateway") == (1, 1)
    withdraw_recording(ben, recording)
    assert found("gateway") == (1, 0)
    record(ben, outage.id, RecordingDeleted(), recording)
    delete_words(ben, recording)
    ben.delete(recording)
    assert found("gateway", at_once=True) == found("gateway") == (0, 0)


def test_the_words_of_a_replaced_file_are_gone(found, ben, said, outage):
    recording = ben.get(Recording, said(outage, 61, "the gateway sends it twice").recording_id)
    delete_words(ben, recording)
    record(ben, outage.id, RecordingReplaced(), recording, Audience.shared)
    assert found("gateway") == (0, 0) and found("Call about it") == (1, 1)


def test_an_entry_is_dealt_with_once_and_order_does_not_matter(found, ben, concern, outage, session):
    row = ben.merge(concern(outage, "gateway matter", Audience.internal))
    for _ in range(3):
        share(ben, outage, row)
        withdraw(ben, outage, row)
    assert found("gateway") == (1, 0)
    assert list(session.exec(select(Errand).where(Errand.reader == "search"))) == []


def test_what_somebody_types_on_is_found_although_the_timeline_says_it_once(found, ben, put, outage, session):
    inside = {"escalation_id": outage.id, "audience": Audience.shared}
    meeting = put(Meeting(**inside, title="Weekly", starts_at=now(), ends_at=now() + timedelta(hours=1), zone="UTC"))
    item = put(AgendaItem(**inside, meeting_id=meeting.id, title="Today", position=1))
    stored = put(Note(**inside, meeting_id=meeting.id, agenda_item_id=item.id, text_for=TextFor.both_sides))
    note = ben.get_one(Note, stored.id)
    session.expunge_all()  # the index is made by a process that has not seen these rows before
    save_note(ben, note, "The gateway", 0)
    assert found("gateway") == (1, 1)
    session.expunge_all()
    save_note(ben, note, "The gateway was restarted", 1)
    assert found("restarted") == (1, 1)
    assert found("gateway") == (1, 1)
