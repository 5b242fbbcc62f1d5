"""How often a page asks the database."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event


def asked_for(engine: Engine, look: Callable[[], Any]) -> list[str]:
    """What one look asks for. The hub of live pages and the clocks ask the same database now and then, so of three looks
    the one that asked least is the page's own."""
    looks = []
    for _ in range(3):
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any, asked: list[str] = asked) -> None:
            asked.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            look()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        looks.append([statement for statement in asked if statement.startswith(("SELECT", "WITH"))])
    return min(looks, key=len)
