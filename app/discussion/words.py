"""What somebody is about to post, and the checks it passes before anything is stored."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import SQLModel, col, or_, select

from app.access.participation import Audience
from app.access.policy import SeenBy, seen_by
from app.access.session import ViewerSession
from app.discussion.models import LONGEST, Message, Stamp
from app.foundation.clock import now
from app.foundation.refusals import NotAllowed, Refused
from app.timeline.describing import describe
from app.writing.attachments import MOST_FILES
from app.writing.models import DraftFile

MOST_LOOKED_UP = 40
_ADDRESS = re.compile(r"/escalations/[^\s<>\"']{1,500}")
_ID = re.compile(r"(?<![0-9a-z])[0-9a-hjkmnp-tv-z]{16}(?![0-9a-z])")


@dataclass(frozen=True)
class Words:
    text: str
    stamp: Stamp | None = None
    reply_to: Message | None = None
    files: list[DraftFile] = field(default_factory=list)
    client_id: str = ""
    in_spite: bool = False  # the writer was told of a link that only our side can open, and wants it
    next_update_due_at: datetime | None = None  # for the customer: when they hear next


def check(session: ViewerSession, escalation_id: str, words: Words, audience: Audience) -> None:
    if not words.text and not words.files:
        raise Refused("Write something, or attach a file.", "text")
    if len(words.text) > LONGEST:
        raise Refused(f"This is too long: at most {LONGEST} characters. Put the rest into a file.", "text")
    if len(words.files) > MOST_FILES:
        raise Refused(f"At most {MOST_FILES} files go with one message. Untick the others.", "files")
    if words.next_update_due_at and words.next_update_due_at <= now():
        raise Refused("Choose a moment for the next update that is still to come.", "next_update")
    if audience is Audience.shared and not session.viewer.is_guest and not words.in_spite:
        check_links(session, escalation_id, words.text)


def check_shareable(message: Message) -> None:
    """Asked again when the words are sent: whoever wrote them may have deleted them meanwhile."""
    if message.is_shared or message.deleted_at:
        raise NotAllowed("Only an internal message that was not deleted can be shared.")


def check_links(session: ViewerSession, escalation_id: str, text: str) -> None:
    """A link to what only our side can see tells the customer that there is something, and is of no use to them."""
    inside = linked_inside(session, escalation_id, text)
    if inside:
        raise Refused(
            f"This links to something only your side can open: {inside}. Take the link out, or tick “Send it with the link”.",
            "in_spite",
        )


def linked_inside(session: ViewerSession, escalation_id: str, text: str) -> str:
    """What the first link to an internal record of this escalation leads to; nothing when there is none."""
    ids = {found for address in _ADDRESS.findall(text) for found in _ID.findall(address)}
    if not ids:
        return ""
    for table, condition in _internal_tables():
        query = select(table.id).where(
            table.escalation_id == escalation_id, condition, table.id.in_(sorted(ids)[:MOST_LOOKED_UP])
        )
        found = session.exec(query.limit(1)).first()
        if found:
            kind = str(table.__tablename__)
            described = describe(session, [(kind, found)]).get((kind, found))
            return f"“{described.title}”" if described else f"an internal {kind.replace('_', ' ')}"
    return ""


def _internal_tables() -> Iterator[tuple[Any, Any]]:
    """Every table with rows of their own inside an escalation that a guest may be kept from."""
    for mapper in SQLModel._sa_registry.mappers:
        table = mapper.class_
        if not {"id", "escalation_id"} <= set(mapper.local_table.c.keys()) or table.__tablename__ == "timeline_entry":
            continue
        answer = seen_by(table)
        if answer is SeenBy.staff_inside:
            yield table, col(table.id).is_not(None)
        elif answer is SeenBy.audience:
            yield table, table.audience == Audience.internal
        elif answer is SeenBy.readers:
            yield table, or_(table.audience == Audience.internal, col(table.reader_group_id).is_not(None))
