"""The word that the customer was promised every day."""

from datetime import datetime

from sqlmodel import col, select

from app.access.participation import Audience
from app.demo.story.telling import YOU, Story
from app.discussion.marking import mark_read
from app.discussion.models import Message, Topic
from app.discussion.posting import post
from app.discussion.starting import start_topic
from app.discussion.words import Words

TITLE = "Daily update"


def begin_updates(story: Story, moment: datetime, text: str) -> None:
    with story.act("daniel", moment) as session:
        story.ids["updates"], _ = start_topic(session, story.escalation, TITLE, Audience.shared, Words(text))
    story.let_leave(moment)


def read_updates(story: Story, moment: datetime) -> None:
    """Whoever loads the demo has read them all."""
    with story.act(YOU, moment) as session:
        topic = session.get_one(Topic, story.ids["updates"])
        newest = select(Message).where(Message.topic_id == topic.id).order_by(col(Message.sent_at).desc()).limit(1)
        mark_read(session, topic, session.exec(newest).one())


def write_update(story: Story, moment: datetime, text: str) -> None:
    with story.act("daniel", moment) as session:
        post(session, session.get_one(Topic, story.ids["updates"]), Words(text), Audience.shared)
    story.let_leave(moment)
