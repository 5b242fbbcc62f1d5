"""Where an action came from: any record of its escalation that has a name and that whoever adds it can see."""

from typing import Any, NamedTuple

from sqlmodel import col, select

from app.access.participation import Audience
from app.access.policy import SeenBy, seen_by
from app.access.session import ViewerSession
from app.action_items.models import ActionItem, ActionSource
from app.escalations.models import Escalation
from app.links.origins import tables_inside
from app.timeline.describing import Described, describe


class Source(NamedTuple):
    """A record as its reader may name it, and who else may see it."""

    kind: str
    id: str
    title: str
    url: str
    audience: Audience = Audience.internal
    reader_group_id: str | None = None

    @property
    def name(self) -> str:
        """How a form hands it on: "concern:0123456789abcdef"."""
        return f"{self.kind}:{self.id}"

    @property
    def is_shared(self) -> bool:
        return self.audience is Audience.shared


def find_source(session: ViewerSession, escalation: Escalation, name: str) -> Source | None:
    """None for what does not exist, is elsewhere or is not theirs to see: all the same answer."""
    kind, _, record_id = name.partition(":")
    table = tables_inside().get(kind)
    if table is None or not record_id:
        return None
    found: Any = session.exec(
        select(table).where(col(table.id) == record_id, col(table.escalation_id) == escalation.id)
    ).first()
    described = describe(session, [(kind, record_id)]).get((kind, record_id)) if found else None
    if described is None:
        return None
    return Source(kind, record_id, described.title, described.url, *_open_to(found))


def note_source(session: ViewerSession, action: ActionItem, source: Source) -> None:
    session.add(
        ActionSource(
            escalation_id=action.escalation_id,
            action_id=action.id,
            kind=source.kind,
            source_id=source.id,
            audience=source.audience,
            reader_group_id=source.reader_group_id,
        )
    )


def source_of(session: ViewerSession, action: ActionItem) -> Described | None:
    """The source as this reader may see it: its row and the record itself both have to be theirs."""
    row = session.exec(
        select(ActionSource).where(
            ActionSource.action_id == action.id, ActionSource.escalation_id == action.escalation_id
        )
    ).first()
    return describe(session, [(row.kind, row.source_id)]).get((row.kind, row.source_id)) if row else None


def _open_to(record: Any) -> tuple[Audience, str | None]:
    if seen_by(type(record)) is SeenBy.both_sides:
        return Audience.shared, None
    return getattr(record, "audience", Audience.internal), getattr(record, "reader_group_id", None)
