"""A topic's messages as a page shows them: fifty at a time or as a whole, by key, each with its author, files and what it
answers."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, or_
from sqlmodel import col, exists, select

from app.access.limiting import ME
from app.access.participation import Audience
from app.access.session import ViewerSession
from app.discussion.models import HeldMessage, Message, ReadMark, Topic
from app.discussion.rows import TEXT, MessageRow, held_rows, messages_with_authors, rows_of
from app.escalations.models import Escalation

PAGE = 50
WHOLE = 1000  # messages of a topic that is read as a whole
MOST_WORDS = 1_000_000  # characters of them together: making HTML of so many takes seconds, once


class Around(NamedTuple):
    """What the same statement told of the topic as a whole."""

    last_read_at: datetime | None
    last_read_id: str | None
    has_held: bool


class Mark(NamedTuple):
    """How far the reader has read."""

    at: datetime
    id: str


class InAll(NamedTuple):
    """What a topic has as far as its reader may see, counted no further than is told."""

    messages: int
    words: int  # characters


class Stretch(NamedTuple):
    """The messages on one page of a topic, oldest first, and where it goes on."""

    messages: list[MessageRow]
    held: list[MessageRow]
    earlier: str  # the id to go on with; empty at the beginning
    later: str
    mark: Mark | None
    is_whole: bool = False  # as many as one page may have, instead of the fifty of a screen
    in_all: InAll | None = None  # where there is more than this, and a page may have it
    reader_id: str = ""

    @property
    def whole_words(self) -> str:
        """What leads to the topic as a whole: never a number that the page there does not have."""
        if self.in_all is None:
            return ""
        if self.in_all.words > MOST_WORDS:
            return "Show as many as one page holds"
        return f"Show the newest {WHOLE:,}" if self.in_all.messages > WHOLE else f"Show all {self.in_all.messages:,}"

    @property
    def first_unread(self) -> str:
        """The message above which the divider stands; none without a mark: then everything is new."""
        return "" if self.mark is None else next((row.id for row in self.messages if self._is_new(row)), "")

    @property
    def last(self) -> MessageRow | None:
        return self.messages[-1] if self.messages else None

    @property
    def has_unread(self) -> bool:
        """Here, or before this page where the mark is further back."""
        goes_on = bool(self.earlier) and self.mark is not None and self._is_after(self.messages[0])
        return goes_on or any(self._is_new(row) for row in self.messages)

    def _is_new(self, row: MessageRow) -> bool:
        """One's own words are never new to oneself."""
        return row.author_id != self.reader_id and self._is_after(row)

    def _is_after(self, row: MessageRow) -> bool:
        return self.mark is None or (row.sent_at, row.id) > self.mark


def read_topic(
    session: ViewerSession,
    topic: Topic,
    *,
    at: Message | None = None,
    before: Message | None = None,
    after: Message | None = None,
    whole: bool = False,
) -> Stretch:
    """The newest messages; or those before or after one, or around it."""
    most = WHOLE if whole else PAGE
    if at is not None:
        most //= 2
        older, newer = _older(session, topic, at, most), _newer(session, topic, at, most, including=True)
    elif after is not None:
        older, newer = [], _newer(session, topic, after, most)
    else:
        older, newer = _older(session, topic, before, most), []
    shown_older, shown_newer = _fitting(older, most), _fitting(newer, most)
    has_earlier = len(older) > len(shown_older) or after is not None
    has_later = len(newer) > len(shown_newer) or before is not None
    found = [*reversed(shown_older), *shown_newer]
    around = Around(*found[0][-len(Around._fields) :]) if found else None
    rows = rows_of(session, found)
    return Stretch(
        messages=rows,
        held=held_rows(session, topic) if not has_later and (around is None or around.has_held) else [],
        earlier=rows[0].id if rows and has_earlier else "",
        later=rows[-1].id if rows and has_later else "",
        mark=Mark(around.last_read_at, around.last_read_id or "") if around and around.last_read_at else None,
        is_whole=whole,
        in_all=_in_all(session, topic) if not whole and (has_earlier or has_later) else None,
        reader_id=session.viewer.person_id or "",
    )


def latest_messages(session: ViewerSession, escalation: Escalation, count: int = 3) -> list[MessageRow]:
    """What was last said between both sides, newest first."""
    newest = session.rows(_latest(), {"escalation_id": escalation.id, "count": count})
    return rows_of(session, newest)


@cache
def _latest() -> Any:
    query = messages_with_authors().where(
        col(Message.escalation_id) == bindparam("escalation_id"),
        col(Message.audience) == Audience.shared,
        col(Message.deleted_at).is_(None),
    )
    return query.order_by(*_newest_first()).limit(bindparam("count"))


@cache
def _of_topic() -> Any:
    """The reader's mark, and whether anything is on its way, come with each message: that saves two statements."""
    topic_id: Any = bindparam("topic_id")
    mine = and_(col(ReadMark.topic_id) == Message.topic_id, col(ReadMark.person_id) == bindparam(ME))
    held = exists().where(col(HeldMessage.topic_id) == topic_id)
    query = messages_with_authors().where(col(Message.topic_id) == topic_id)
    return query.outerjoin(ReadMark, mine).add_columns(ReadMark.last_read_at, ReadMark.last_read_id, held)


@cache
def _newest_of_topic() -> Any:
    return _of_topic().order_by(*_newest_first()).limit(bindparam("count"))


@cache
def _older_of_topic() -> Any:
    sent_at: Any = col(Message.sent_at)
    at: Any = bindparam("at")
    return _newest_of_topic().where(
        or_(sent_at < at, and_(sent_at == at, col(Message.id) < bindparam("id"))),
    )


def _newest_first() -> tuple[Any, Any]:
    return col(Message.sent_at).desc(), col(Message.id).desc()


def _older(session: ViewerSession, topic: Topic, than: Message | None, count: int) -> list[Any]:
    if than is None:
        return _rows(session, topic, _newest_of_topic(), count)
    return _rows(session, topic, _older_of_topic(), count, at=than.sent_at, id=than.id)


def _newer(session: ViewerSession, topic: Topic, than: Message, count: int, *, including: bool = False) -> list[Any]:
    by_id = col(Message.id) >= than.id if including else col(Message.id) > than.id
    sent_at = col(Message.sent_at)
    query = _of_topic().where(or_(sent_at > than.sent_at, and_(sent_at == than.sent_at, by_id)))
    return _rows(session, topic, query.order_by(sent_at, col(Message.id)).limit(bindparam("count")), count)


def _rows(session: ViewerSession, topic: Topic, query: Any, count: int, **than: Any) -> list[Any]:
    """One more than is shown, to know whether it goes on."""
    given = {ME: session.viewer.person_id, "topic_id": topic.id, "count": count + 1, **than}
    return list(session.rows(query, given))


def _fitting(rows: list[Any], most: int) -> list[Any]:
    """Of very long ones fewer, and as many as a screen has in any case."""
    words = 0
    for place, row in enumerate(rows[:most]):
        words += len(row[TEXT])
        if words > MOST_WORDS and place >= PAGE:
            return rows[:place]
    return rows[:most]


def _in_all(session: ViewerSession, topic: Topic) -> InAll:
    return InAll(*session.rows(_counted(), {"topic_id": topic.id, "most": WHOLE + 1})[0])


@cache
def _counted() -> Any:
    newest = select(func.length(Message.text).label("words")).where(Message.topic_id == bindparam("topic_id"))
    some = newest.order_by(*_newest_first()).limit(bindparam("most")).subquery()
    return select(func.count(), func.coalesce(func.sum(some.c.words), 0)).select_from(some)
