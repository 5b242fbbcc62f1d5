"""Looking into the database between requests, without holding it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from app.access.session import as_system
from app.foundation.database import for_reading


@pytest.fixture
def ask(engine: Engine) -> Callable[[Any], list[Any]]:
    """Reads as the system, in a session of its own each time."""

    def run(statement: Any) -> list[Any]:
        with as_system(for_reading(engine)) as session:
            return list(session.exec(statement))

    return run
