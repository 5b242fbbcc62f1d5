"""Starting a topic with its first message."""

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.discussion.facts import TopicStarted
from app.discussion.models import Topic, TopicInside
from app.discussion.posting import BeingPosted, Posted, hold, posted_before, write
from app.discussion.words import Words, check
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.timeline.recording import record

LONGEST_TITLE = 200


def start_topic(
    session: ViewerSession, escalation: Escalation, title: str, audience: Audience, words: Words
) -> tuple[str, Posted]:
    """The topic's id and what became of its first message. A colleague's topic for the customer stays ours until that
    message has left; a guest's is shared at once."""
    if session.viewer.is_guest:
        audience = Audience.shared
    if not title or len(title) > LONGEST_TITLE:
        raise Refused(f"Give the topic a title of at most {LONGEST_TITLE} characters.", "title")
    if before := posted_before(session, words, audience):
        return before.topic_id, before
    check(session, escalation.id, words, audience)
    try:
        with session.begin_nested():  # the topic of whoever comes second at the same moment goes with their words
            return _start(session, escalation, title, audience, words)
    except BeingPosted:
        if before := posted_before(session, words, audience):
            return before.topic_id, before
        raise


def _start(
    session: ViewerSession, escalation: Escalation, title: str, audience: Audience, words: Words
) -> tuple[str, Posted]:
    waits = audience is Audience.shared and not session.viewer.is_guest
    assert session.viewer.person_id
    topic = Topic(
        escalation_id=escalation.id,
        title=title,
        started_by_id=session.viewer.person_id,
        started_at=now(),
        audience=Audience.internal if waits else audience,
    )
    session.add(topic)
    session.flush()
    session.add(TopicInside(topic_id=topic.id, escalation_id=escalation.id))
    session.flush()
    if waits:
        return topic.id, hold(session, topic, words, opens_topic=True)
    record(session, escalation.id, TopicStarted(), topic, audience)
    return topic.id, write(session, topic, words, audience)
