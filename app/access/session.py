"""A database session opened on behalf of somebody."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, ColumnElement, Connection, Engine, Select, String, bindparam, event
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState
from sqlalchemy.sql import visitors
from sqlalchemy.sql.util import ClauseAdapter
from sqlmodel import Session, SQLModel

from app.access.policy import limit
from app.access.viewer import SYSTEM, Viewer
from app.people.models import Role

BY_DESIGN = {"by_design": True}  # marks the few bulk writes of the house's own machinery


class ViewerSession(Session):
    """Sees only what its viewer may see. There is no session without a viewer."""

    def __init__(self, engine: Engine | Connection, viewer: Viewer):
        # Once it is finished it answers nothing more: what read on would take a connection that nobody gives back.
        super().__init__(engine, expire_on_commit=False, autoflush=True, close_resets_only=False)
        self.viewer = viewer
        self._sees_everything = viewer.is_system
        self.writes = False  # what was changed is kept when it is finished
        self.is_finished = False

    def finish(self, *, keeps: bool = True) -> None:
        """The end of a request. A commit that fails is a request that failed; what was refused leaves nothing behind,
        however far a verb had come before it refused."""
        if self.is_finished:
            return  # a page may name itself and its session
        with self:
            if self.writes and keeps:
                self.commit()
        self.is_finished = True

    def rows(self, statement: Any, given: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """What `execute` finds, for columns alone: limited in the same way and a third cheaper, because nothing is made
        ready for objects. Lists are read by this."""
        if not statement.is_select:
            raise PermissionError("only what selects is read as rows")
        self.flush()
        if self._sees_everything:
            return self.connection().execute(statement, given).all()
        return (
            self.connection()
            .execute(_limited(statement, _kind(self.viewer)), {**(given or {}), **_binds(self.viewer)})
            .all()
        )

    @contextmanager
    def seeing_everything(self) -> Iterator[None]:
        """For rules that must look at what the viewer cannot see: numbers, and single values that answer one question, as
        whether something is taken or what this very token was answered. Never a row as an object, which would stay
        reachable through `get` for the rest of the session; the one exception is one's own password. Who does it, and
        for what, is listed in tests/rules/test_whole_world.py."""
        before, self._sees_everything = self._sees_everything, True
        try:
            yield
        finally:
            self._sees_everything = before

    @contextmanager
    def in_the_name_of(self, author: Viewer) -> Iterator[None]:
        """For the machinery that ends what somebody began: facts name the author, and the system sees what it saw,
        also where the author has lost sight of it since."""
        if not self._sees_everything:
            raise PermissionError("only the system acts in somebody's name")
        before, self.viewer = self.viewer, author
        try:
            yield
        finally:
            self.viewer = before


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


def as_system(engine: Engine | Connection) -> ViewerSession:
    """For the worker, the sign-in pages and the machinery: sees everything. On a connection it is part of what is under
    way there."""
    return ViewerSession(engine, SYSTEM)


@event.listens_for(ViewerSession, "do_orm_execute")
def _apply_limits(query: ORMExecuteState) -> None:
    session = query.session
    if not isinstance(session, ViewerSession) or session._sees_everything:
        return
    if query.is_select:
        if not query.is_column_load:
            query.statement = _limited(query.statement, _kind(session.viewer))
            query.parameters = {**(query.parameters or {}), **_binds(session.viewer)}  # type: ignore[dict-item]
    elif session.viewer.is_guest and not query.execution_options.get("by_design"):
        # The limits cover selects alone; a bulk write would reach rows its viewer cannot see.
        raise PermissionError("bulk writes are not made on behalf of a guest")


# The limits are built once for each kind of viewer; who is looking is a parameter of the statement. A statement that is
# kept for its next use keeps its limited forms as well: building them costs several times the statement itself.
ME = "viewer_person_id"
_MINE, _THEIRS = "viewer_customer_id", "viewer_seen_through_id"
_WHO_LOOKS = frozenset((ME, _MINE, _THEIRS))
_Kind = tuple[Role, Role | None]
_limited_forms: WeakKeyDictionary[Any, dict[_Kind, Any]] = WeakKeyDictionary()


def _binds(viewer: Viewer) -> dict[str, str | None]:
    through = viewer.seen_through
    return {ME: viewer.person_id, _MINE: viewer.customer_id, _THEIRS: through.person_id if through else None}


def _kind(viewer: Viewer) -> _Kind:
    """All that the rule's wording depends on."""
    through = viewer.seen_through
    return _rank(viewer), _rank(through) if through else None


def _rank(viewer: Viewer) -> Role:
    return Role.guest if viewer.is_guest else Role.manager if viewer.is_manager else Role.member


def _limited(statement: Any, kind: _Kind) -> Any:
    forms = _limited_forms.setdefault(statement, {})
    if kind not in forms:
        options = [found for name in tables_in(statement) if (found := _criteria(name, kind)) is not None]
        forms[kind] = statement.options(*options)
    return forms[kind]


@cache
def _criteria(table: str, kind: _Kind) -> Any:
    """The loader criteria for one table and one kind of viewer; None where nothing is to be added."""
    mapped = _mapped_tables().get(table)
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
def _mapped_tables() -> dict[str, type[SQLModel]]:
    registry = SQLModel._sa_registry
    return {mapper.local_table.name: mapper.class_ for mapper in registry.mappers}  # type: ignore[attr-defined]
