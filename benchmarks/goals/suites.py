"""G15 and G16: what the browser tests already hold, counted. Every page type, as staff, guest and nobody, in light and dark, at
1280 and 360 px, looked at by axe with the WCAG 2.2 AA rules, and without overflow at 320 px; and the main path (read, post,
tick, edit notes, upload, search) with JavaScript off."""

import re
import subprocess
import sys

from benchmarks.figures import Figure
from benchmarks.servers import ROOT

ACCESSIBILITY = "tests/journeys/test_accessibility.py::test_no_page_shuts_anybody_out"
WITHOUT_SCRIPT = "tests/journeys/test_without_javascript.py"


def accessibility() -> list[Figure]:
    passed, failed, problems = _run(ACCESSIBILITY)
    words = f"{passed} of {passed + failed} walks through all pages found nothing" + problems
    return [
        Figure("G15", "axe rules broken on any page; overflow at 320 px", "0", words, not failed and passed > 0, "any")
    ]


def without_javascript() -> list[Figure]:
    passed, failed, problems = _run(WITHOUT_SCRIPT)
    words = f"{passed} of {passed + failed} journeys pass" + problems
    return [Figure("G16", "the main path without JavaScript", "all of it", words, not failed and passed > 0, "any")]


def _run(which: str) -> tuple[int, int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", which]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    counted = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", said)}
    failed = counted.get("failed", 0) + counted.get("error", 0)
    problems = sorted(set(re.findall(r"^E +(.*?\(/.*?\): .*)$", said, re.MULTILINE)))
    return counted.get("passed", 0), failed, f": {'; '.join(problems)[:300]}" if problems else ""
