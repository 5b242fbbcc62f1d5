"""What the README promises to name, it names."""

import re
from pathlib import Path

from app.foundation.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_each_setting_has_its_row_and_each_row_its_setting():
    rows = set(re.findall(r"^\| `EVENKEEL_([A-Z_]+)`", README, re.MULTILINE))
    assert rows == {name.upper() for name in Settings.model_fields}


def test_both_commands_are_named():
    assert "make run" in README
    assert "make test" in README
