"""The discussion, and the guest whose access ended."""

import io

from sqlmodel import select

from app.access.participation import Audience
from app.discussion.models import HeldMessage, Topic
from app.discussion.posting import post
from app.discussion.releasing import release_due, take_back
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.participants.inviting import revoke
from app.foundation import clock
from app.foundation.storage import open_storage
from app.operating.two_worlds.world import World
from app.writing.attachments import keep_file


def talk(world: World) -> None:
    with world.act("g1", "a topic of theirs") as session:
        if session:
            topic_id, _ = start_topic(
                session, world.escalation(session, "E1"), "Month-end", Audience.shared, Words("Will it hold?")
            )
            world.ids["topic"] = topic_id
    with world.act("s9", "internal talk", only_in_a=True) as session:
        if session:
            escalation = world.escalation(session, "E1")
            topic = session.get_one(Topic, world.ids["topic"])
            post(session, topic, Words(f"Do not say this aloud {world.canary('message')}"), Audience.internal)
            title = f"What we do not know {world.canary('topic')}"
            topic_id, _ = start_topic(session, escalation, title, Audience.internal, Words(world.canary("message")))
            world.ids["internal topic"] = topic_id
    with world.act("s9", "an internal file", only_in_a=True) as session:
        if session:
            storage = open_storage(world.settings.storage_url or None, world.settings.data_dir)
            content = io.BytesIO(f"secret {world.canary('file')}".encode())
            folder = world.settings.data_dir / "work"
            file = keep_file(session, storage, folder, world.ids["E1"], f"{world.canary('filename')}.txt", content)
            topic = session.get_one(Topic, world.ids["topic"])
            post(session, topic, Words(f"See the file {world.canary('message')}", files=[file]), Audience.internal)
    with world.act("s1", "an answer to them") as session:
        if session:
            post(
                session,
                session.get_one(Topic, world.ids["topic"]),
                Words("It holds if the fix is in. @gus.meyer"),
                Audience.shared,
            )
    with world.act("", "it leaves", minutes=1) as session:
        if session:
            release_due(session, clock.now())
    with world.act("s1", "one that never left", only_in_a=True) as session:
        if session:
            topic = session.get_one(Topic, world.ids["topic"])
            post(session, topic, Words(f"Not yet {world.canary('held')}"), Audience.shared)
            for held in session.exec(select(HeldMessage).where(HeldMessage.topic_id == topic.id)).all():
                take_back(session, topic, held)


def revocation(world: World) -> None:
    with world.act("s1", "revoke xg") as session:
        if session:
            revoke(session, world.escalation(session, "E1"), world.people["xg"])
