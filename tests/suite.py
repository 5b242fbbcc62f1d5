"""Everything that must hold before a change goes in: the checks, then every test on SQLite and again on PostgreSQL."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.postgres import CHOSEN

REPORTS = Path("test-results")
# How a page looks, reads and answers keys does not depend on the database, though somebody must have filled one: these run
# once, on SQLite.
SAME_ON_BOTH = (
    "tests/journeys/test_accessibility.py",
    "tests/journeys/test_craft.py",
    "tests/journeys/test_slow_line.py",
    "tests/journeys/test_topics.py",
    "tests/journeys/test_without_javascript.py",
    "tests/recordings_room/test_in_the_browser.py",
)
# One more than the two cores of a small machine: tests of processes wait for them much of the time.
WORKERS = "3"
# A test process compiles all tests, and the servers that tests start would each compile the product: kept, it is done once.
KEEP_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}


@dataclass
class Step:
    """One part of the run: what it found, and how long it took."""

    name: str
    passed: int
    failed: int
    skipped: int
    seconds: float

    def __str__(self) -> str:
        tests = f"{self.passed} passed, {self.failed} failed" if self.passed or self.failed else "kept"
        tests += f", {self.skipped} skipped" if self.skipped else ""
        return f"  {self.name:<12}{tests:<34}{self.seconds:>6.0f} s"


def main() -> int:
    REPORTS.mkdir(exist_ok=True)
    with ThreadPoolExecutor(max_workers=1) as beside:  # a type checker keeps one core busy, and tests leave room for it
        checks = beside.submit(check)
        steps = [run_tests("sqlite"), run_tests("postgresql")]
        steps.insert(0, checks.result())
    print("\n" + "\n".join(map(str, steps)) + "\n")
    failed = sum(step.failed for step in steps)
    print(f"{sum(step.passed for step in steps)} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def check() -> Step:
    """Silent until it is done, or its lines would mix with those of the tests."""
    began = time.monotonic()
    make = ["make", "--no-print-directory", "check"]
    done = subprocess.run(make, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(f"\n== make check\n{done.stdout}", flush=True)
    return Step("checks", 0, int(done.returncode != 0), 0, time.monotonic() - began)


def run_tests(database: str) -> Step:
    report = REPORTS / f"{database}.xml"
    report.unlink(missing_ok=True)
    # Each worker begins with a part of its own, so that what the tests of a file share is seldom made twice.
    spread = ["-n", os.environ.get("TEST_WORKERS", WORKERS), "--dist", "worksteal"]
    pytest = [sys.executable, "-m", "pytest", "-q", *spread, f"--junitxml={report}"]
    # One server for all workers, each of which makes databases of its own in it.
    beside = [sys.executable, "-m", "tests.postgres"] if database == "postgresql" else []
    once = [f"--ignore={place}" for place in SAME_ON_BOTH] if database == "postgresql" else []
    began = time.monotonic()
    status = _announced(f"pytest on {database}", beside + pytest + once, {CHOSEN: database})
    passed, failed, skipped = _count(report)
    # A run that broke before or after its tests is a failure, though no test says so.
    return Step(database, passed, failed or int(status != 0), skipped, time.monotonic() - began)


def _announced(title: str, command: list[str], environment: dict[str, str]) -> int:
    print(f"\n== {title}", flush=True)
    return subprocess.run(
        command, env={**os.environ, **KEEP_COMPILED, **environment}, stdin=subprocess.DEVNULL
    ).returncode


def _count(report: Path) -> tuple[int, int, int]:
    if not report.exists():
        return 0, 0, 0
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))  # noqa: S314  our own pytest wrote it
    total, failures, errors, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    # A test that passes and fails to tidy up is counted twice by pytest, once as passed and once as an error.
    return max(total - failures - errors - skipped, 0), failures + errors, skipped


if __name__ == "__main__":
    sys.exit(main())
