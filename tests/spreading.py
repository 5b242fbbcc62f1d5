"""Which tests a worker of pytest-xdist begins with: those that take longest, so that no run ends with one worker busy and
the others idle. A file of them stays whole, because its tests share a server or a browser."""

import os
from collections.abc import Sequence
from itertools import cycle
from math import ceil

import pytest

# The longest first; what a test takes stands in test-results/ after a run.
LONG = (
    "tests/journeys/test_accessibility.py",
    "tests/faults/test_crashes.py",
    "tests/journeys/test_the_journey.py",
    "tests/faults/test_storage.py",
    "tests/foundation/test_dying_workers.py",
    "tests/many_processes/test_two_machines.py",
    "tests/journeys/test_without_javascript.py",
    "tests/journeys/test_craft.py",
    "tests/foundation/test_jobs.py",
    "tests/recordings_room/test_in_the_browser.py",
    "tests/faults/test_mail.py",
    "tests/faults/test_uploads.py",
    "tests/worlds/test_two_worlds.py",
    "tests/recordings_room/test_words.py",
    "tests/api/test_every_field.py",
    "tests/attacks/test_hostile_words.py",
    "tests/speech/test_openai_whisper.py",
)


def spread(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The same tests in another order: xdist gives each worker an equal part of them, from the first to the last."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long: dict[str, list[pytest.Item]] = {name: [] for name in LONG}
    others: list[pytest.Item] = []
    for item in items:
        long.get(item.nodeid.partition("::")[0], others).append(item)
    parts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    there_and_back = [*range(workers), *reversed(range(workers))]
    for some, number in zip(filter(None, long.values()), cycle(there_and_back), strict=False):
        parts[number] += some
    size = ceil(len(items) / workers)
    for part in parts:
        room = max(0, size - len(part))
        part += others[:room]
        del others[:room]
    return [item for part in parts for item in part] + others
