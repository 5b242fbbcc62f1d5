"""Which rows belong to an escalation or to a person, asked of the tables themselves: one that is added later is found too."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, Table, delete, or_, select, update
from sqlmodel import SQLModel

from app.access.session import ViewerSession

THEIR_OWN = ("person_id", "recipient_id")  # in a table of no escalation: the row is that person's


def delete_inside(session: ViewerSession, escalations: Sequence[str]) -> None:
    """Every row inside these escalations, and what hangs on such rows without being inside itself, as errands do."""
    for table in reversed(SQLModel.metadata.sorted_tables):
        if _is_inside(table):
            session.execute(delete(table).where(table.c.escalation_id.in_(escalations)))
            continue
        for column, named in _pointers(table):
            if _is_inside(named.table):
                doomed = select(named).where(named.table.c.escalation_id.in_(escalations))
                session.execute(delete(table).where(column.in_(doomed)))


def delete_of(session: ViewerSession, people: Sequence[str], *, but: str = "") -> None:
    """What is theirs alone: account, password, sign-ins, letters, tokens. And what hangs on such rows, as kept answers do."""
    for table, column in _own():
        if table.name != but:
            for pointer, named in _pointers_to(table):
                meant = pointer.in_(select(named).where(column.in_(people)))
                if _is_inside(pointer.table):  # news of an escalation that stays: they forget their letter
                    session.execute(update(pointer.table).where(meant).values({pointer: None}))
                else:
                    session.execute(delete(pointer.table).where(meant))
            session.execute(delete(table).where(column.in_(people)))


def named_outside(session: ViewerSession, people: Sequence[str], escalations: Sequence[str]) -> set[str]:
    """Those of them whom a row that would stay points to."""
    own, found = {column for _, column in _own()}, set[str]()
    for table in SQLModel.metadata.sorted_tables:
        for column, named in _pointers(table):
            if named.table.name != "person" or column in own:
                continue
            query = select(column).where(column.in_(people)).distinct()
            if _is_inside(table):
                # A row that may be of no escalation stays when it is of none.
                inside = table.c.escalation_id
                query = query.where(or_(inside.is_(None), inside.not_in(escalations)))
            elif table.name == "escalation":
                query = query.where(table.c.id.not_in(escalations))
            elif table.name == "account":
                query = query.where(table.c.person_id.not_in(people))
            found |= set(session.execute(query).scalars())
    return found


def _is_inside(table: Table) -> bool:
    return "escalation_id" in table.c


def _own() -> list[tuple[Table, Column[str]]]:
    """Those that point to others first."""
    return [
        (table, column)
        for table in reversed(SQLModel.metadata.sorted_tables)
        for column, named in _pointers(table)
        if named.table.name == "person"
        and column.name in THEIR_OWN
        and (not _is_inside(table) or table.name == "one_time_link")
    ]


def _pointers_to(owned: Table) -> list[tuple[Column[str], Column[str]]]:
    return [
        (column, named)
        for table in SQLModel.metadata.sorted_tables
        for column, named in _pointers(table)
        if named.table is owned
    ]


def _pointers(table: Table) -> Iterator[tuple[Column[str], Column[str]]]:
    """Each column that points to another table, and to which of its columns."""
    for column in table.columns:
        for key in column.foreign_keys:
            yield column, key.column
