"""Every box for a text says how long it may be, so that nobody learns it from a refusal."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"


def test_every_text_box_has_an_end():
    unlimited = []
    for path in TEMPLATES.rglob("*.html"):
        words = path.read_text()
        boxes = re.findall(r"<textarea[^>]*>", words) + re.findall(r"\{\{ area\(.*?\) \}\}", words)
        unlimited += [(path.name, box) for box in boxes if "maxlength" not in box and "readonly" not in box]
    assert unlimited == []
