"""What the picture of an escalation is made of, as far as its reader may see it: calls, words of both sides, severity."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import col, exists, select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.discussion.models import Message
from app.escalations.facts import EscalationOpened, SeverityChanged
from app.escalations.models import Escalation
from app.meetings.models import Meeting, MeetingState
from app.people.models import Person, Side
from app.recordings.models import Recording
from app.timeline.models import TimelineEntry

MOST = 500  # marks of one kind; an escalation with more is drawn from its newest


class Call(NamedTuple):
    at: datetime
    ends_at: datetime
    title: str
    url: str
    is_recorded: bool
    is_running: bool


@dataclass(frozen=True)
class Words:
    """One message that both sides read."""

    at: datetime
    side: Side
    url: str


class Change(NamedTuple):
    """From here on the severity was this."""

    at: datetime
    severity: str


def calls(session: ViewerSession, escalation: Escalation, since: datetime, until: datetime) -> list[Call]:
    recorded = exists().where(col(Recording.meeting_id) == col(Meeting.id), col(Recording.replaced_at).is_(None))
    columns: list[Any] = [Meeting.id, Meeting.title, Meeting.starts_at, Meeting.ends_at, Meeting.state, recorded]
    rows = session.execute(
        select(*columns)
        .where(Meeting.escalation_id == escalation.id, Meeting.starts_at >= since, Meeting.starts_at <= until)
        .where(Meeting.state != MeetingState.cancelled)
        .order_by(col(Meeting.starts_at).desc())
        .limit(MOST)
    )
    return [
        Call(
            starts_at,
            ends_at,
            title,
            f"{escalation.url}/meetings/{meeting_id}",
            is_recorded,
            state is MeetingState.running,
        )
        for meeting_id, title, starts_at, ends_at, state, is_recorded in rows
    ][::-1]


def words_of_both(session: ViewerSession, escalation: Escalation, since: datetime) -> list[Words]:
    columns: list[Any] = [Message.id, Message.topic_id, Message.sent_at, Person.side]
    rows = session.execute(
        select(*columns)
        .join(Person, col(Person.id) == Message.author_id)
        .where(Message.escalation_id == escalation.id, Message.audience == Audience.shared)
        .where(Message.sent_at >= since, col(Message.deleted_at).is_(None))
        .order_by(col(Message.sent_at).desc())
        .limit(MOST)
    )
    return [
        Words(at, side, f"{escalation.url}/discussion/{topic_id}#message-{message_id}")
        for message_id, topic_id, at, side in rows
    ][::-1]


def severities(session: ViewerSession, escalation: Escalation) -> list[Change]:
    """All of them, the first at its opening: what held at the picture's left edge was said before it."""
    entries = session.exec(
        select(TimelineEntry)
        .where(TimelineEntry.subject_id == escalation.id)
        .where(col(TimelineEntry.kind).in_([EscalationOpened.kind, SeverityChanged.kind]))
        .order_by(col(TimelineEntry.number).desc())
        .limit(MOST)
    ).all()[::-1]
    found = []
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, EscalationOpened):
            found.append(Change(entry.occurred_at, fact.severity))
        elif isinstance(fact, SeverityChanged):
            found.append(Change(entry.occurred_at, fact.after))
    return found
