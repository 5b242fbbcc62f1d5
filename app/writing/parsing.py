"""Markdown as it is understood here: addresses become links, @handles bold, and pictures from elsewhere links."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import escape

NESTING = 20
HANDLE = r"[a-z0-9]+(?:[._-][a-z0-9]+)*"
FOUND = re.compile(
    rf"(?P<url>https?://[^\s<>\"']{{1,2000}})|(?<![\w@./+-])@(?P<handle>{HANDLE})", re.IGNORECASE | re.ASCII
)


@lru_cache
def parser() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": NESTING})
    markdown.enable(["table", "strikethrough"])
    markdown.core.ruler.push("found_in_text", _mark_what_is_found)
    markdown.add_render_rule("image", _image_as_link)
    return markdown


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
    for match in FOUND.finditer(content):
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


def plain_pieces(text: str) -> Iterator[str]:
    """Text outside code and links; a handle was set bold as one piece by the time it comes here."""
    for block in parser().parse(text):
        links = 0
        for token in block.children or []:
            links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if token.type == "text" and not links:
                yield token.content
