"""A database session opened on behalf of somebody."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, event
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState
from sqlalchemy.sql import visitors
from sqlalchemy.sql.util import ClauseAdapter
from sqlmodel import Session, SQLModel

from app.access.policy import limit
from app.access.viewer import SYSTEM, Viewer

BY_DESIGN = {"by_design": True}  # marks the few bulk writes of the house's own machinery


class ViewerSession(Session):
    """Sees only what its viewer may see. There is no session without a viewer."""

    def __init__(self, engine: Engine, viewer: Viewer):
        super().__init__(engine, expire_on_commit=False, autoflush=True)
        self.viewer = viewer
        self._criteria: dict[str, Any] = {}
        self._sees_everything = viewer.is_system

    @contextmanager
    def seeing_everything(self) -> Iterator[None]:
        """For rules that must count what the viewer cannot see. Counts and exists only, never rows:
        a row once loaded stays reachable through `get`."""
        before, self._sees_everything = self._sees_everything, True
        try:
            yield
        finally:
            self._sees_everything = before

    def criteria(self, table: str) -> Any:
        """The loader criteria for one table, built once for this session; None where nothing is to be added."""
        if table not in self._criteria:
            mapped = _mapped_tables().get(table)
            condition = limit(mapped, self.viewer) if mapped is not None else None
            self._criteria[table] = None if condition is None else _Limit(mapped, condition, include_aliases=True)  # type: ignore[arg-type]
        return self._criteria[table]


class _Limit(LoaderCriteriaOption):
    """Loader criteria that hold for an alias in a JOIN too: there SQLAlchemy would leave the condition on the plain table,
    and the joined rows unlimited. The rule's own subqueries are left as they are."""

    _traverse_internals = LoaderCriteriaOption._traverse_internals  # cached by what it says, its values bound anew

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        condition = super()._resolve_where_criteria(ext_info)
        if not ext_info.is_aliased_class:
            return condition
        adapter = ClauseAdapter(ext_info.selectable)

        def replace(element: Any, **_: Any) -> Any:
            return element if isinstance(element, Select) else adapter.replace(element)

        return visitors.replacement_traverse(condition, {}, replace)


def as_system(engine: Engine) -> ViewerSession:
    """For the worker, the sign-in pages and the machinery: sees everything."""
    return ViewerSession(engine, SYSTEM)


@event.listens_for(ViewerSession, "do_orm_execute")
def _apply_limits(query: ORMExecuteState) -> None:
    session = query.session
    if not isinstance(session, ViewerSession) or session._sees_everything:
        return
    if query.is_select:
        if not query.is_column_load:
            options = [found for name in tables_in(query.statement) if (found := session.criteria(name)) is not None]
            query.statement = query.statement.options(*options)
    elif session.viewer.is_guest and not query.execution_options.get("by_design"):
        # The limits cover selects alone; a bulk write would reach rows its viewer cannot see.
        raise PermissionError("bulk writes are not made on behalf of a guest")


def tables_in(statement: Any) -> set[str]:
    """The tables a statement names anywhere, subqueries, joins and aliases included. Limits are added for these only,
    because criteria for all of them cost several times the statement itself."""
    elements: Iterator[Any] = iter(visitors.iterate(statement))
    return {element.name for element in elements if element.__visit_name__ == "table"}


@lru_cache
def _mapped_tables() -> dict[str, type[SQLModel]]:
    registry = SQLModel._sa_registry
    return {mapper.local_table.name: mapper.class_ for mapper in registry.mappers}  # type: ignore[attr-defined]
