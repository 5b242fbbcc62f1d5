"""A form of a page as a browser has it before anybody types."""

from html.parser import HTMLParser
from typing import Any


def form_in(html: str, action: str) -> dict[str, Any]:
    """Its fields with what they would send. A box that may be ticked several times is a list."""
    reading = _Reading(action)
    reading.feed(html)
    assert reading.found, f"no form leads to {action}"
    return reading.fields


class _Reading(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.found = action, False, False
        self.fields: dict[str, Any] = {}
        self.area, self.select = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.inside = given.get("action") == self.action and given.get("method") == "post"
            self.found = self.found or self.inside
        if not self.inside:
            return
        if tag == "textarea":
            self.area, self.fields[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and ("selected" in given or self.select not in self.fields):
            self.fields[self.select] = value
        elif tag == "input" and given.get("type") == "checkbox":
            if "checked" in given:
                self.fields.setdefault(name, []).append(value)
        elif tag == "input" and (given.get("type") != "radio" or "checked" in given):
            self.fields[name] = value

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.fields[self.area] = self.fields[self.area].removeprefix("\n")
            self.area = ""
        if tag == "form":
            self.inside = False
