"""Markdown to HTML that is safe in every page: parsed without raw HTML, then passed through a list of what is allowed."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from types import ModuleType

LONGEST = 64 * 1024  # bytes; what is longer is shown as it was typed
SHORT = 4 * 1024
MOST_MARKS = 6000  # characters that may begin or end something: more of them make parsing slow
MOST_LINES = 5000
WORDS = {"b", "strong", "em", "i", "s", "del", "code", "a", "br"}
BLOCKS = {"p", "pre", "blockquote", "ul", "ol", "li", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}
TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
REL = "noopener noreferrer nofollow"
_MARK = re.compile(r"[\[\]*_`~<>!&|\\]")
_INDENT = re.compile(r"^[ \t>*+-]{80,}", re.MULTILINE)


def render(text: str) -> Markup:
    """The same words give the same HTML from memory. Long texts have a small memory of their own, so that a few of
    them cannot use it up."""
    return _short(text) if len(text) <= SHORT else _long(text)


def handles_in(text: str) -> set[str]:
    """Everybody addressed as @somebody, in lower case, whether they exist or not; not inside code or links."""
    if "@" not in text or _is_too_much(text):
        return set()
    return {
        match["handle"].lower()
        for piece in _parsing().plain_pieces(text)
        for match in _parsing().FOUND.finditer(piece)
        if match["handle"]
    }


def excerpt(text: str, length: int = 80) -> str:
    """The first words without their marks, for titles and lists."""
    words = " ".join(re.sub(r"[*_`~>#|]+|^\s*[-+]\s", " ", text[: length * 4], flags=re.MULTILINE).split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def _render(text: str) -> Markup:
    if _is_too_much(text):
        return Markup("<p>{}</p>").format(Markup("<br>").join(text.split("\n")))
    html = _cleaner().clean(
        _parsing().parser().render(text),
        tags=WORDS | BLOCKS | TABLES,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=REL,
        strip_comments=True,
    )
    return Markup(html)  # noqa: S704  the one place: nothing leaves the line above that is not on its lists


_short = lru_cache(maxsize=4000)(_render)
_long = lru_cache(maxsize=40)(_render)


def _is_too_much(text: str) -> bool:
    """What would be slow to parse is shown as it was typed: very long, full of marks or lines, or nested very deeply."""
    return (
        len(text.encode()) > LONGEST
        or (len(text) > MOST_MARKS and len(_MARK.findall(text)) > MOST_MARKS)
        or text.count("\n") > MOST_LINES
        or _INDENT.search(text) is not None
    )


# Both libraries are a tenth of a start of the program; the first text that somebody reads brings them.
@cache
def _parsing() -> Any:
    from app.writing import parsing  # noqa: PLC0415  as said above

    return parsing


@cache
def _cleaner() -> "ModuleType":
    import nh3  # noqa: PLC0415  as said above

    return nh3
