"""The file of an SQLite database, as it was when this process began to use it.

Whoever puts another in its place leaves the process with one that has no name any more: what is written there is lost with
the last to close it, and what opens it anew writes somewhere else."""

import os
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

_held: WeakKeyDictionary[Engine, "HeldFile"] = WeakKeyDictionary()


class FileReplaced(OperationalError):
    """Nothing is taken in that would be gone when the server stops."""

    def __init__(self) -> None:
        super().__init__(None, None, Exception("the database's file was moved or replaced: restart the server"))


class HeldFile:
    def __init__(self, path: str | None) -> None:
        self._path = path
        self._was: tuple[int, int] | None = None

    def hold(self) -> None:
        """What the first connection has opened."""
        self._was = self._was or self._looks()

    def let_go(self) -> None:
        self._was = None

    def is_in_place(self) -> bool:
        return self._was is None or self._looks() == self._was

    def _looks(self) -> tuple[int, int] | None:
        if not self._path:
            return None
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino


def hold_file_of(engine: Engine) -> HeldFile:
    held = _held[engine] = HeldFile(engine.url.database)
    event.listen(engine, "connect", lambda *_: held.hold())
    event.listen(engine, "engine_disposed", lambda _: held.let_go())
    return held


def is_in_place(engine: Engine) -> bool:
    """Whether what is written would be found after a restart; always, where the database is no file of ours."""
    held = _held.get(engine)
    return held is None or held.is_in_place()
