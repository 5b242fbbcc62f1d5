"""The word that the customer was promised every day."""

from datetime import datetime

from app.access.participation import Audience
from app.demo.story.telling import Story
from app.discussion.models import Topic
from app.discussion.posting import post
from app.discussion.starting import start_topic
from app.discussion.words import Words

TITLE = "Daily update"


def begin_updates(story: Story, moment: datetime, text: str) -> None:
    with story.act("daniel", moment) as session:
        story.ids["updates"], _ = start_topic(session, story.escalation, TITLE, Audience.shared, Words(text))
    story.let_leave(moment)


def write_update(story: Story, moment: datetime, text: str) -> None:
    with story.act("daniel", moment) as session:
        post(session, session.get_one(Topic, story.ids["updates"]), Words(text), Audience.shared)
    story.let_leave(moment)
