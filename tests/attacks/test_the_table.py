"""docs/attacks.md says where each attack is tried, and that is where it is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = re.findall(r"^\| (D\d\d) \|([^|]*)\|([^|]*)\|([^|]*)\|$", (ROOT / "docs/attacks.md").read_text(), re.MULTILINE)


def test_every_attack_is_tried_or_waits_for_what_it_attacks():
    assert [number for number, *_ in ROWS] == [f"D{number:02}" for number in range(1, 91)]
    assert [number for number, _, tested, waits in ROWS if not tested.strip() and not waits.strip()] == []


def test_every_test_the_table_names_exists():
    lost = []
    for number, _, tested, _ in ROWS:
        for place in tested.split("<br>"):
            named = re.findall(r"`([^`]+)`", place)
            known = (ROOT / named[0]).read_text() if named and (ROOT / named[0]).exists() else ""
            lost += [f"{number} {name}" for name in named[:1] if not known]
            lost += [f"{number} {name}" for name in named[1:] if f"def {name}(" not in known]
    assert lost == []


def test_every_number_a_test_names_is_in_the_table():
    words = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert {f"D{number}" for number in re.findall(r"\bD(\d\d)\b", words)} <= {number for number, *_ in ROWS}
