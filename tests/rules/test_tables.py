"""Every table says who sees it, and what guests may read of it is a file."""

from pathlib import Path

from sqlmodel import SQLModel

from app import mounted
from app.access.limiting import mapped_tables
from app.access.policy import SeenBy, seen_by

mounted.routers()
NEVER_FOR_GUESTS = {SeenBy.system, SeenBy.staff, SeenBy.staff_inside, None}


def test_every_table_says_who_sees_it():
    forgotten = [name for name, table in mapped_tables().items() if seen_by(table) is None]
    assert forgotten == []


def test_what_is_inside_an_escalation_carries_its_id():
    limited_by_escalation = {SeenBy.both_sides, SeenBy.audience, SeenBy.readers, SeenBy.staff_inside}
    astray = [
        name
        for name, table in mapped_tables().items()
        if seen_by(table) in limited_by_escalation
        and name != "escalation"
        and "escalation_id" not in table.model_fields
    ]
    assert astray == []


def test_the_columns_guests_may_read_are_written_down():
    """A new column is not shown to guests before somebody has thought about it and written it here."""
    readable = sorted(
        f"{name}.{column.name}"
        for name, table in mapped_tables().items()
        if seen_by(table) not in NEVER_FOR_GUESTS
        for column in SQLModel.metadata.tables[name].columns
    )
    assert "\n".join(readable) == (Path(__file__).parents[1] / "guest_fields.txt").read_text().strip()


def test_no_table_relates_to_another_behind_the_sessions_back():
    assert [name for name, table in mapped_tables().items() if table.__mapper__.relationships] == []
