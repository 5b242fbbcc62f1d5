"""Markdown to HTML that is safe in every page: parsed without raw HTML, then passed through a list of what is allowed."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

LONGEST = 64 * 1024  # bytes; what is longer is shown as it was typed
SHORT = 4 * 1024
MOST_MARKS = 6000  # characters that may begin or end something: more of them make parsing slow
MOST_LINES = 5000
NESTING = 20
WORDS = {"b", "strong", "em", "i", "s", "del", "code", "a", "br"}
BLOCKS = {"p", "pre", "blockquote", "ul", "ol", "li", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}
TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
REL = "noopener noreferrer nofollow"
HANDLE = r"[a-z0-9]+(?:[._-][a-z0-9]+)*"
_FOUND = re.compile(
    rf"(?P<url>https?://[^\s<>\"']{{1,2000}})|(?<![\w@./+-])@(?P<handle>{HANDLE})", re.IGNORECASE | re.ASCII
)
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
        for piece in _plain_pieces(_parser().parse(text))
        for match in _FOUND.finditer(piece)
        if match["handle"]
    }


def excerpt(text: str, length: int = 80) -> str:
    """The first words without their marks, for titles and lists."""
    words = " ".join(re.sub(r"[*_`~>#|]+|^\s*[-+]\s", " ", text[: length * 4], flags=re.MULTILINE).split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def _render(text: str) -> Markup:
    if _is_too_much(text):
        return Markup("<p>{}</p>").format(Markup("<br>").join(text.split("\n")))
    html = nh3.clean(
        _parser().render(text),
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


@lru_cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": NESTING})
    parser.enable(["table", "strikethrough"])
    parser.core.ruler.push("found_in_text", _mark_what_is_found)
    parser.add_render_rule("image", _image_as_link)
    return parser


def _image_as_link(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A picture from elsewhere would tell its server who read this and when."""
    token = tokens[index]
    source = str(token.attrs.get("src", ""))
    return f'<a href="{escape(source)}">{escape(token.content or source)}</a>'


def _mark_what_is_found(state: Any) -> None:
    """Addresses become links and @handles bold: all handles alike, so that nothing can be learned from how one looks."""
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = list(_with_finds(block.children))


def _with_finds(tokens: list[Token]) -> Iterator[Token]:
    links = 0
    for token in tokens:
        links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not links:
            yield from _split(token.content)
        else:
            yield token


def _split(content: str) -> Iterator[Token]:
    end = 0
    for match in _FOUND.finditer(content):
        found = match[0]
        if match["url"]:
            found = found.rstrip(".,;:!?*_~") if "(" in found else found.rstrip(".,;:!?*_~)")
        yield _text(content[end : match.start()])
        tag, attrs = ("a", {"href": found}) if match["url"] else ("b", {})
        yield Token("link_open" if match["url"] else "strong_open", tag, 1, attrs=dict(attrs))
        yield _text(found)
        yield Token("link_close" if match["url"] else "strong_close", tag, -1)
        end = match.start() + len(found)
    yield _text(content[end:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _plain_pieces(tokens: list[Token]) -> Iterator[str]:
    """Text outside code and links; a handle was set bold as one piece by the time it comes here."""
    for block in tokens:
        links = 0
        for token in block.children or []:
            links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if token.type == "text" and not links:
                yield token.content
