"""Who may see what. The whole rule, and the only place it is written.

Staff see everything inside every escalation, except a restricted one they take no part in. Guests see the
escalations they take part in and, inside them, only what was shared; of a group of rows that names its readers
only what names them. The system sees everything. A table that does not say who sees it is seen by nobody.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlmodel import Field, SQLModel, col

from app.access.participation import Audience, Participation, Reader, Restriction, takes_part
from app.access.viewer import Viewer
from app.foundation.database import choice
from app.people.models import (
    Account,
    Allowance,
    Customer,
    DemoMark,
    OneTimeLink,
    Password,
    Person,
    Role,
    Side,
    SignIn,
    Team,
    Workspace,
)


class SeenBy(StrEnum):
    """The answers a table can give to "who sees your rows?". Below, each becomes a condition for each kind of viewer."""

    both_sides = "both_sides"  # everybody who sees the escalation
    audience = "audience"  # staff inside; guests the shared rows
    readers = "readers"  # as audience; and guests only the rows whose group names them, if it names anybody
    staff_inside = "staff_inside"  # staff who see the escalation
    oneself = "oneself"  # the person it belongs to, while they see the escalation
    acquaintances = "acquaintances"  # staff; guests those they share an escalation with
    own_company = "own_company"  # staff; guests their own
    own_and_staff = "own_and_staff"  # staff; guests their own row
    staff = "staff"  # every colleague
    signed_in = "signed_in"  # everybody
    system = "system"  # nobody's session


class Shareable(SQLModel):
    """For tables whose rows stay internal until somebody shares them."""

    seen_by: ClassVar[SeenBy] = SeenBy.audience
    audience: Audience = choice(Audience, default=Audience.internal)

    @property
    def is_shared(self) -> bool:
        return self.audience is Audience.shared


class ReadByGroup(Shareable):
    """Shareable rows that may be open to some guests only: those of `reader_group_id`; without one to all guests."""

    seen_by: ClassVar[SeenBy] = SeenBy.readers
    reader_group_id: str | None = Field(default=None, max_length=16)


LOWER_TABLES: dict[Any, SeenBy] = {  # floors below this one cannot name our answers themselves
    Customer.__tablename__: SeenBy.own_company,
    Team.__tablename__: SeenBy.staff,
    Person.__tablename__: SeenBy.acquaintances,
    Account.__tablename__: SeenBy.own_and_staff,
    Password.__tablename__: SeenBy.system,
    SignIn.__tablename__: SeenBy.system,
    OneTimeLink.__tablename__: SeenBy.system,
    Allowance.__tablename__: SeenBy.system,
    DemoMark.__tablename__: SeenBy.staff,
    Workspace.__tablename__: SeenBy.signed_in,
    Participation.__tablename__: SeenBy.audience,
    Restriction.__tablename__: SeenBy.staff_inside,
    Reader.__tablename__: SeenBy.staff_inside,
    "worker_heartbeat": SeenBy.staff,
    "job": SeenBy.staff,
}


def seen_by(table: type[SQLModel]) -> SeenBy | None:
    """What the table answers; None for one that was forgotten, which nobody but the system may read."""
    return getattr(table, "seen_by", None) or LOWER_TABLES.get(str(table.__tablename__))


def limit(table: type[Any], viewer: Viewer) -> ColumnElement[bool] | None:
    """The condition to add whenever this viewer reads this table; None for no condition."""
    answer = seen_by(table)
    if viewer.is_system:
        return None
    if answer is None or answer is SeenBy.system:
        return false()
    conditions = list(_for_guest(table, answer, viewer) if viewer.is_guest else _for_staff(table, answer, viewer))
    return _all(conditions) if conditions else None


def _for_staff(table: type[Any], answer: SeenBy, viewer: Viewer) -> Iterable[ColumnElement[bool]]:
    inside = _escalation_of(table)
    if inside is not None and not viewer.is_manager:
        yield inside.not_in(_hidden_from(viewer))
    if answer is SeenBy.oneself:
        yield table.person_id == viewer.person_id


def _for_guest(table: type[Any], answer: SeenBy, viewer: Viewer) -> Iterable[ColumnElement[bool]]:
    inside = _escalation_of(table)
    if inside is not None:
        yield inside.in_(escalations_of(viewer))
    if viewer.seen_through is not None:  # a colleague looks as this guest: at what both may see, and nothing private
        if inside is not None and not viewer.seen_through.is_manager:
            yield inside.not_in(_hidden_from(viewer.seen_through))
        if answer is SeenBy.oneself:
            yield false()
    match answer:
        case SeenBy.staff | SeenBy.staff_inside:
            yield false()
        case SeenBy.audience:
            yield table.audience == Audience.shared
        case SeenBy.readers:
            mine = select(READER.c.group_id).where(READER.c.person_id == viewer.person_id)
            yield table.audience == Audience.shared
            yield or_(table.reader_group_id.is_(None), table.reader_group_id.in_(mine))
        case SeenBy.oneself:
            yield table.person_id == viewer.person_id
        case SeenBy.acquaintances:
            known = select(PARTICIPATION.c.person_id).where(
                PARTICIPATION.c.escalation_id.in_(escalations_of(viewer)), PARTICIPATION.c.audience == Audience.shared
            )
            yield or_(table.id == viewer.person_id, table.id.in_(known))
        case SeenBy.own_company:
            yield table.id == viewer.customer_id
        case SeenBy.own_and_staff:
            yield table.person_id == viewer.person_id


def colleague_who_sees(escalation_id: Any) -> ColumnElement[bool]:
    """For a select of persons joined with their accounts: our people, still here, who see this escalation."""
    is_restricted = exists().where(col(Restriction.escalation_id) == escalation_id)
    sees_all = col(Account.role).in_([Role.manager, Role.administrator])
    return and_(
        col(Person.side) == Side.staff,
        col(Account.deactivated_at).is_(None),
        or_(~is_restricted, takes_part(escalation_id), sees_all),
    )


def escalations_of(viewer: Viewer) -> Any:
    """The escalations a person takes part in today."""
    return select(PARTICIPATION.c.escalation_id).where(
        PARTICIPATION.c.person_id == viewer.person_id, PARTICIPATION.c.ended_at.is_(None)
    )


def _hidden_from(viewer: Viewer) -> Any:
    return select(RESTRICTION.c.escalation_id).where(RESTRICTION.c.escalation_id.not_in(escalations_of(viewer)))


def _escalation_of(table: type[Any]) -> Any:
    return table.id if table.__tablename__ == "escalation" else getattr(table, "escalation_id", None)


def _all(conditions: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    together: ColumnElement[bool] = true()
    for condition in conditions:
        together = together & condition
    return together


# The rule's own look-ups are plain tables: mapped ones would be limited by the rule they are part of.
PARTICIPATION = SQLModel.metadata.tables["participation"]
RESTRICTION = SQLModel.metadata.tables["restriction"]
READER = SQLModel.metadata.tables["reader"]


def who_sees(session: Any, escalation_id: str, viewers: list[Viewer]) -> set[Viewer]:
    """Which of these people see this escalation now: the rule above, asked for many people in two queries."""
    inside = set(
        session.execute(
            select(PARTICIPATION.c.person_id).where(
                PARTICIPATION.c.escalation_id == escalation_id, PARTICIPATION.c.ended_at.is_(None)
            )
        ).scalars()
    )
    restricted = session.execute(
        select(RESTRICTION.c.escalation_id).where(RESTRICTION.c.escalation_id == escalation_id)
    ).first()

    def sees(viewer: Viewer) -> bool:
        if viewer.seen_through is not None and not sees(viewer.seen_through):
            return False
        return viewer.person_id in inside or (viewer.is_staff and (restricted is None or viewer.is_manager))

    return {viewer for viewer in viewers if sees(viewer)}
