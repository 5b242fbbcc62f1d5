"""The record that something is made from, as addresses name it: "concern:3k9x…"."""

from typing import Any

from sqlmodel import SQLModel, select

from app.access.session import ViewerSession
from app.foundation.refusals import NotFound


def find_origin(session: ViewerSession, escalation_id: str, text: str) -> SQLModel | None:
    """The row named, as the viewer may see it; none when nothing is named. Absent, somebody else's or of another
    escalation: the same answer."""
    if not text:
        return None
    kind, _, row_id = text.partition(":")
    table = tables_inside().get(kind)
    if table is None:
        raise NotFound
    found = session.exec(select(table).where(table.id == row_id, table.escalation_id == escalation_id)).first()
    if found is None:
        raise NotFound
    return found


def tables_inside() -> dict[str, Any]:
    """Those whose rows lie inside an escalation and have an id of their own, by their names."""
    mapped = [mapper.class_ for mapper in SQLModel._sa_registry.mappers]
    return {
        str(table.__tablename__): table for table in mapped if hasattr(table, "id") and hasattr(table, "escalation_id")
    }
