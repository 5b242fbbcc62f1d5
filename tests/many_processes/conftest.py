"""What needs two machines needs PostgreSQL between them; the rest runs on both databases."""

from pathlib import Path

import pytest

from tests.conftest import ON_POSTGRES

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    elsewhere = [
        item
        for item in items
        if HERE in item.path.parents and "town" in getattr(item, "fixturenames", ()) and not ON_POSTGRES
    ]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]
