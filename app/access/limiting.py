"""The rule of who sees what, added to a statement: built once for each kind of viewer and kept with the statement.

Building it costs several times the statement itself, so who is looking is a parameter and no part of it."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, ColumnElement, Select, String, bindparam
from sqlalchemy.orm import LoaderCriteriaOption
from sqlalchemy.sql import visitors
from sqlalchemy.sql.util import ClauseAdapter
from sqlmodel import SQLModel

from app.access.policy import limit
from app.access.viewer import Viewer
from app.people.models import Role

ME = "viewer_person_id"
_MINE, _THEIRS = "viewer_customer_id", "viewer_seen_through_id"
_WHO_LOOKS = frozenset((ME, _MINE, _THEIRS))
_Kind = tuple[Role, Role | None]
_forms: WeakKeyDictionary[Any, dict[_Kind, Any]] = WeakKeyDictionary()


def limited(statement: Any, viewer: Viewer) -> Any:
    """The statement as it is asked on behalf of this viewer, whose values are `binds_of`."""
    forms, kind = _forms.setdefault(statement, {}), _kind(viewer)
    if kind not in forms:
        options = [found for name in tables_in(statement) if (found := _criteria(name, kind)) is not None]
        forms[kind] = statement.options(*options)
    return forms[kind]


def binds_of(viewer: Viewer) -> dict[str, str | None]:
    through = viewer.seen_through
    return {ME: viewer.person_id, _MINE: viewer.customer_id, _THEIRS: through.person_id if through else None}


def _kind(viewer: Viewer) -> _Kind:
    """All that the rule's wording depends on."""
    through = viewer.seen_through
    return _rank(viewer), _rank(through) if through else None


def _rank(viewer: Viewer) -> Role:
    return Role.guest if viewer.is_guest else Role.manager if viewer.is_manager else Role.member


@cache
def _criteria(table: str, kind: _Kind) -> Any:
    """The loader criteria for one table and one kind of viewer; None where nothing is to be added."""
    mapped = mapped_tables().get(table)
    condition = limit(mapped, _anybody(kind)) if mapped is not None else None
    return None if condition is None else _Limit(mapped, condition, include_aliases=True)  # type: ignore[arg-type]


def _anybody(kind: _Kind) -> Viewer:
    """A viewer of this kind with parameters in place of a person."""
    role, through = kind
    me, mine, theirs = (bindparam(name, type_=String()) for name in (ME, _MINE, _THEIRS))
    seen_through = Viewer(person_id=theirs, role=through) if through else None  # type: ignore[arg-type]
    return Viewer(person_id=me, role=role, customer_id=mine, seen_through=seen_through)  # type: ignore[arg-type]


def tables_in(statement: Any) -> set[str]:
    """The tables a statement names anywhere, subqueries, joins and aliases included. Limits are added for these only,
    because criteria for all of them cost several times the statement itself."""
    elements: Iterator[Any] = iter(visitors.iterate(statement))
    return {element.name for element in elements if element.__visit_name__ == "table"}


@lru_cache
def mapped_tables() -> dict[str, type[SQLModel]]:
    registry = SQLModel._sa_registry
    return {mapper.local_table.name: mapper.class_ for mapper in registry.mappers}  # type: ignore[attr-defined]


class _Limit(LoaderCriteriaOption):
    """Loader criteria that hold for an alias in a JOIN too: there SQLAlchemy would leave the condition on the plain table,
    and the joined rows unlimited. The rule's own subqueries are left as they are."""

    _traverse_internals = LoaderCriteriaOption._traverse_internals  # cached by what it says, its values bound anew

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        condition = visitors.replacement_traverse(super()._resolve_where_criteria(ext_info), {}, _own_parameter)
        if not ext_info.is_aliased_class:
            return condition
        adapter = ClauseAdapter(ext_info.selectable)

        def replace(element: Any, **_: Any) -> Any:
            return element if isinstance(element, Select) else adapter.replace(element)

        return visitors.replacement_traverse(condition, {}, replace)


def _own_parameter(element: Any, **_: Any) -> Any:
    """Copies of one parameter are told apart by comparing them as SQL, at every execution; those of one name are not."""
    if isinstance(element, BindParameter) and element.key in _WHO_LOOKS:
        return bindparam(element.key, type_=element.type)
    return None
