"""Something of every kind, shared and internal, and an index that has followed it."""

from datetime import timedelta
from functools import cache

import pytest

from app.access.participation import Audience
from app.action_items.models import ActionItem
from app.concerns.models import Concern, ConcernInside
from app.discussion.models import Message, Topic
from app.foundation.clock import now
from app.meetings.models import AgendaItem, Decision, Meeting, Note, TextFor
from app.recordings.models import Recording, TranscriptLine
from app.search.finding import find
from app.search.following import follow
from app.search.indexing import reindex
from app.search.words import parse
from app.writing.models import Attachment


@pytest.fixture
def put(session):
    """Stores rows and indexes them: `put(Concern(…))` gives the row back."""

    def store(*rows):
        for row in rows:
            session.add(row)
            session.flush()
        for row in rows:
            # What our side knows of a concern has no id of its own, and its facts are about the concern.
            kind, row_id = (row.__tablename__, row.id) if hasattr(row, "id") else ("concern", row.concern_id)
            reindex(session, kind, row_id)
        session.commit()
        return rows[0]

    return store


@pytest.fixture
def catch_up(session, settings):
    """Lets the index follow everything that happened."""

    def run():
        while follow(session, settings, now() + timedelta(seconds=1)):
            pass

    return run


@pytest.fixture
def concern(put, people):
    def raise_one(escalation, words, audience=Audience.shared, **more):
        return put(
            Concern(escalation_id=escalation.id, words=words, audience=audience, owner_id=people["ben"].id, **more)
        )

    return raise_one


@pytest.fixture
def message(put, people, session):
    def write(escalation, text, audience=Audience.shared, **more):
        topic = Topic(
            escalation_id=escalation.id, title="About it", started_by_id=people["ben"].id, audience=Audience.shared
        )
        session.add(topic)
        session.flush()
        return put(
            Message(
                escalation_id=escalation.id,
                topic_id=topic.id,
                author_id=people["ben"].id,
                text=text,
                audience=audience,
                **more,
            )
        )

    return write


@pytest.fixture
def one_of_each(put, people, session):
    """A record of every kind with a word of its own: `one_of_each(outage, Audience.shared)` gives kind → word."""

    def fill(escalation, audience):
        def word(kind):
            return f"{kind.replace('_', '')}{audience}{escalation.key[-3:].lower()}"

        inside, ben = {"escalation_id": escalation.id, "audience": audience}, people["ben"].id
        concern = put(Concern(**inside, words=word("concern"), owner_id=ben))
        put(ConcernInside(escalation_id=escalation.id, concern_id=concern.id, remarks=word("concern_inside")))
        put(ActionItem(**inside, title=word("action_item")))
        topic = put(Topic(**inside, title=word("topic"), started_by_id=ben))
        message = put(Message(**inside, topic_id=topic.id, author_id=ben, text=word("message")))
        file = {"name": word("attachment"), "size": 1, "kind": "text/plain", "sha256": "0", "storage_key": "0"}
        put(Attachment(**inside, **file, owner_kind="message", owner_id=message.id))
        starts = now()
        meeting = put(
            Meeting(**inside, title=word("meeting"), starts_at=starts, ends_at=starts + timedelta(hours=1), zone="UTC")
        )
        item = put(AgendaItem(**inside, meeting_id=meeting.id, position=1, title=word("agenda_item")))
        note = {"meeting_id": meeting.id, "agenda_item_id": item.id, "text_for": TextFor.both_sides}
        put(Note(**inside, **note, text=word("note")))
        put(Decision(**inside, meeting_id=meeting.id, text=word("decision")))
        recording = put(_recording(escalation, audience, word("recording")))
        put(TranscriptLine(**inside, recording_id=recording.id, number=1, start=1, end=2, text=word("transcript_line")))
        kinds = [
            "recording",
            "transcript_line",
            "concern",
            "concern_inside",
            "action_item",
            "topic",
            "message",
            "attachment",
        ] + ["meeting", "agenda_item", "note", "decision"]
        return {kind: word(kind) for kind in kinds}

    return fill


@pytest.fixture
def said(put):
    """A recording in which something is said at a second: `said(outage, 125.4, "words")` gives the line."""

    def record(escalation, second, text, audience=Audience.shared, group=None):
        recording = put(_recording(escalation, audience, "Call about it", group))
        open_to = {"audience": audience, "reader_group_id": group, "escalation_id": escalation.id}
        line = {"recording_id": recording.id, "number": 1, "start": second, "end": second + 3}
        return put(TranscriptLine(**open_to, **line, text=text))

    return record


def _recording(escalation, audience, title, group=None):
    return Recording(
        escalation_id=escalation.id,
        audience=audience,
        reader_group_id=group,
        title=title,
        recorded_at=now(),
        kind="wav",
        size=1,
        storage_key="0",
        sha256="0",
    )


@pytest.fixture
def finds(looking_as):
    """What somebody finds, as words of a page would say it: titles and texts."""

    look_as = cache(looking_as)

    def look(nick, typed, **narrowed):
        look_as(nick).rollback()  # what came since is to be seen
        findings = find(look_as(nick), parse(typed), **narrowed)
        return ["".join(piece for piece, _ in one.title + [(" | ", False)] + one.body) for one in findings.found]

    return look
