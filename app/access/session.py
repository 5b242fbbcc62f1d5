"""A database session opened on behalf of somebody."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session

from app.access.limiting import binds_of, limited
from app.access.viewer import SYSTEM, Viewer

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
        given = {**(given or {}), **binds_of(self.viewer)}
        return self.connection().execute(limited(statement, self.viewer), given).all()

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
            query.statement = limited(query.statement, session.viewer)
            query.parameters = {**(query.parameters or {}), **binds_of(session.viewer)}  # type: ignore[dict-item]
    elif session.viewer.is_guest and not query.execution_options.get("by_design"):
        # The limits cover selects alone; a bulk write would reach rows its viewer cannot see.
        raise PermissionError("bulk writes are not made on behalf of a guest")
