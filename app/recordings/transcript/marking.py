"""A line cut into parts: what a search found, and words that may have been misheard."""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Part(NamedTuple):
    """`kind` is "hit", "unsure" or nothing."""

    text: str
    kind: str = ""


def mark(text: str, query: str, unsure: list[str]) -> tuple[Part, ...]:
    if query:
        spans = [(found.start(), found.end(), "hit") for found in re.finditer(re.escape(query), text, re.IGNORECASE)]
    else:
        spans = list(_spans_of(text, unsure))
    return tuple(_cut(text, spans)) or (Part(text),)


def _spans_of(text: str, words: list[str]) -> Iterator[tuple[int, int, str]]:
    reached = 0
    for word in filter(None, words):
        at = text.find(word, reached)
        if at >= 0:
            reached = at + len(word)
            yield at, reached, "unsure"


def _cut(text: str, spans: list[tuple[int, int, str]]) -> Iterator[Part]:
    reached = 0
    for start, end, kind in spans:
        if start > reached:
            yield Part(text[reached:start])
        yield Part(text[start:end], kind)
        reached = end
    if spans and reached < len(text):
        yield Part(text[reached:])
