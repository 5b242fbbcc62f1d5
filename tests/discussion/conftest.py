"""A topic to talk in, and people who talk in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession, as_system
from app.discussion.deleting import end_deletions
from app.discussion.editing import edit
from app.discussion.models import Message, Topic
from app.discussion.posting import Posted, post
from app.discussion.releasing import release_due
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import Escalation
from app.foundation.clock import now, set_clock


@dataclass
class Talk:
    """Speaks for the cast, each act in a transaction of its own."""

    engine: Any
    people: Any

    def start(
        self, nick: str, escalation: Escalation, title: str, text: str, audience: str = "internal", **more: Any
    ) -> Topic:
        with ViewerSession(self.engine, self.people[nick].viewer) as session:
            mine = session.get_one(Escalation, escalation.id)
            topic_id, _ = start_topic(session, mine, title, Audience(audience), Words(text, **more))
            session.commit()
        with as_system(self.engine) as session:
            return session.get_one(Topic, topic_id)

    def say(self, nick: str, topic: Topic, text: str, audience: str = "internal", **more: Any) -> Posted:
        with ViewerSession(self.engine, self.people[nick].viewer) as session:
            posted = post(session, session.get_one(Topic, topic.id), Words(text, **more), Audience(audience))
            session.commit()
            return posted

    def release(self) -> int:
        with as_system(self.engine) as session:
            count = release_due(session, now())
            session.commit()
            return count


@pytest.fixture
def talk(engine, people) -> Talk:
    return Talk(engine, people)


@pytest.fixture
def later() -> Callable[[str], None]:
    """Moves the clock: `later("+16s")`."""
    return set_clock


@pytest.fixture
def run(talk, outage) -> Topic:
    """The shared topic that Gus started: "Last night's run"."""
    return talk.start("gus", outage, "Last night's run", "It stopped at two again.")


@pytest.fixture
def texts(engine) -> Callable[[Any], list[str]]:
    def of(session: Any) -> list[str]:
        return list(session.exec(select(Message.text).order_by(col(Message.sent_at), Message.id)))

    return of


@pytest.fixture
def said(talk, run, session) -> Message:
    """Gus has said it, changed it and addressed Ben."""
    posted = talk.say("gus", run, "First: CANARY in what was deleted")
    with ViewerSession(talk.engine, talk.people["gus"].viewer) as own:
        edit(own, own.get_one(Message, posted.message_id), "CANARY in what was deleted, @ben.okafor")
        own.commit()
    message = session.get_one(Message, posted.message_id)
    session.commit()
    return message


@pytest.fixture
def end(engine) -> Callable[[], int]:
    def sweep() -> int:
        with as_system(engine) as system:
            count = end_deletions(system, now())
            system.commit()
        return count

    return sweep
