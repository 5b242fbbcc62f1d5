"""What a browser would make of a page: everything in it that could run, fetch or lead astray."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

LEADS = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "background", "ping"}
RUNS = {"iframe", "object", "embed", "base", "applet", "frame", "math", "portal", "style", "noscript", "template"}
OUR_TEMPLATES = {"template"}  # the product uses none with people's words in it


class Harm(HTMLParser):
    """Notes every element and attribute that none of our templates has."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in RUNS or (tag == "meta" and "http-equiv" in given):
            self.found.append(f"<{tag} {attrs}>")
        if tag == "script" and not str(given.get("src", "")).startswith("/static/"):
            self.found.append(f"<script {attrs}>")
        for name, value in attrs:
            self._look(tag, name, value or "")

    handle_startendtag = handle_starttag

    def _look(self, tag: str, name: str, value: str) -> None:
        if name.startswith(("on", "hx-on", "data-hx")) or name in ("style", "srcdoc"):
            self.found.append(f"{tag} {name}={value}")
        if name in LEADS:
            parts = urlsplit("".join(letter for letter in value.strip() if letter > " "))
            if parts.scheme not in ("", "http", "https", "mailto"):
                self.found.append(f"{tag} {name}={value}")
            elif parts.netloc and tag != "a" and parts.netloc != "evenkeel.test":
                self.found.append(f"{tag} fetches {value}")
        if name == "hx-get" and value.startswith("/sign-out"):
            self.found.append(f"{tag} {name}={value}")


def harm_in(html: str) -> list[str]:
    looking = Harm()
    looking.feed(html)
    looking.close()
    return looking.found
