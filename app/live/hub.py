"""One hub in each web process: looks a few times a second whether anything moved, and wakes the streams it concerns.

A stream holds no database session. Whoever is to be told is checked again at that moment, so that after a revocation
not one more signal goes out; and every few seconds besides, so that a stream whose right has gone ends by itself.
"""

import asyncio
import logging
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.access.session import ViewerSession, as_system
from app.access.viewer import Viewer
from app.foundation.database import for_a_page
from app.live.frames import ENDED, RELOAD, event
from app.live.looking import News, beats, news_of, still_inside, still_signed_in
from app.people.models import Role

log = logging.getLogger("evenkeel.live")
LOOK_EVERY = 0.25  # seconds, for what other processes wrote
AT_LEAST = 0.03  # seconds between two looks, however much is written here
PATIENCE = 2.0  # seconds a new page waits to be followed before it is told what it missed
CHECK_EVERY = 4.0  # seconds between checks that nobody listens who may not
Beat = tuple[int, int]  # how far a topic's news has come: of all, and of what is shared
WAITING = 100  # signals a slow browser may be behind


@dataclass(eq=False)
class Listener:
    """One open page: who looks, and into which escalation, if any."""

    viewer: Viewer
    escalation_id: str | None
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(WAITING))

    def tell(self, frame: bytes) -> None:
        try:
            self.queue.put_nowait(frame)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(RELOAD)

    def end(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(ENDED)
        self.queue.put_nowait(None)


class Hub:
    def __init__(self, engine: Engine) -> None:
        self.engine = for_a_page(engine)
        self.listeners: dict[str, set[Listener]] = defaultdict(set)
        self._seen: dict[str, Beat] = {}
        self._checked = 0.0
        self._thread = CapacityLimiter(1)  # never takes a thread from the pages
        self._is_closed = False
        self._hint = asyncio.Event()
        self._looked = asyncio.Event()  # set when the look that is under way has ended; each look has its own

    def hint(self) -> None:
        """Something was just written by this process: no need to wait for the next look."""
        self._hint.set()

    async def run(self) -> None:
        while True:
            await asyncio.sleep(AT_LEAST)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hint.wait(), LOOK_EVERY)
            self._hint.clear()
            if not self.listeners:
                continue
            try:
                await self._look()
            except SQLAlchemyError as error:
                log.warning("live pages wait for the database: %s", error)
            except Exception:
                log.exception("a look for live pages failed; the next one tries again")

    def join(self, listener: Listener) -> None:
        for topic in _topics(listener):
            self.listeners[topic].add(listener)
        if self._is_closed:
            listener.queue.put_nowait(None)

    async def followed(self, listener: Listener) -> None:
        """Until this listener's topics have been looked at: from then on no change of theirs is missed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not self._is_closed and any(topic not in self._seen for topic in _topics(listener)):
                    self.hint()
                    await self._looked.wait()

    def leave(self, listener: Listener) -> None:
        for topic in _topics(listener):
            self.listeners[topic].discard(listener)
            if not self.listeners[topic]:
                del self.listeners[topic]
                self._seen.pop(topic, None)

    def count(self, sign_in_hash: str) -> int:
        return len({one for some in self.listeners.values() for one in some if one.viewer.sign_in_hash == sign_in_hash})

    def close(self) -> None:
        """The server stops: browsers reconnect by themselves, to whoever answers next."""
        self._is_closed = True
        for listener in {one for some in self.listeners.values() for one in some}:
            listener.tell(b": closing\n\n")
            if not listener.queue.full():
                listener.queue.put_nowait(None)

    async def _look(self) -> None:
        is_check = time.monotonic() - self._checked > CHECK_EVERY
        followed = {topic: list(some) for topic, some in self.listeners.items()}
        # The thread gets copies: pages come and go on the loop meanwhile.
        found = await to_thread.run_sync(_find, self.engine, followed, dict(self._seen), is_check, limiter=self._thread)
        news, gone, seen = found
        for listener in gone:
            listener.end()
            self.leave(listener)
        for topic, told in news.items():
            for listener in list(self.listeners.get(topic, ())):
                _tell(listener, told)
        self._seen |= {topic: beat for topic, beat in seen.items() if topic in self.listeners}
        if is_check:
            self._checked = time.monotonic()
        self._looked.set()
        self._looked = asyncio.Event()


def _find(
    engine: Engine, followed: dict[str, list[Listener]], seen: dict[str, Beat], is_check: bool
) -> tuple[dict[str, News], set[Listener], dict[str, Beat]]:
    with as_system(engine) as session:
        now = beats(session, followed)
        moved = [topic for topic, beat in now.items() if topic in seen and beat != seen[topic]]
        news = {topic: _news(session, topic, seen[topic]) for topic in moved}
        gone = _who_lost_their_right(session, followed if is_check else {topic: followed[topic] for topic in moved})
    # A topic without a pulse yet has beaten zero times, so that its first beat is news.
    return news, gone, {topic: now.get(topic, (0, 0)) for topic in followed}


def _news(session: ViewerSession, topic: str, last: Beat) -> News:
    if topic.startswith("person:"):
        return News(None, frozenset({"inbox"}), None, frozenset({"inbox"}))
    return news_of(session, topic.removeprefix("escalation:"), *last)


def _who_lost_their_right(session: ViewerSession, followed: dict[str, list[Listener]]) -> set[Listener]:
    everybody = {listener for some in followed.values() for listener in some}
    if not everybody:
        return set()
    roles = still_signed_in(session, {listener.viewer.sign_in_hash for listener in everybody})
    gone = {listener for listener in everybody if not _is_who_they_were(listener.viewer, roles)}
    for escalation_id in {listener.escalation_id for listener in everybody if listener.escalation_id}:
        here = [listener for listener in everybody if listener.escalation_id == escalation_id]
        allowed = still_inside(session, escalation_id, [listener.viewer for listener in here])
        gone |= {listener for listener in here if listener.viewer not in allowed}
    return gone


def _is_who_they_were(viewer: Viewer, roles: dict[str, Role]) -> bool:
    """Still signed in, and in the role in which they came: another one may see less."""
    who = viewer.seen_through or viewer
    return roles.get(viewer.sign_in_hash) is who.role


def _tell(listener: Listener, news: News) -> None:
    number, panels = (
        (news.shared_number, news.shared_panels) if listener.viewer.is_guest else (news.number, news.panels)
    )
    for panel in sorted(panels):
        listener.tell(event(panel, number))


def _topics(listener: Listener) -> list[str]:
    if listener.viewer.seen_through is not None:
        return [f"escalation:{listener.escalation_id}"]  # what is the guest's own is not looked at
    topics = [f"person:{listener.viewer.person_id}"]
    return [f"escalation:{listener.escalation_id}", *topics] if listener.escalation_id else topics
