"""Marks what was found in a text, where the database cannot: PostgreSQL's own headline leaves out what stands in angle
brackets and splits words otherwise than the index."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.search.index import END, HIT
from app.search.schema import FOLDING

WORD = re.compile(r"[^\W_]+")
LONGEST_ENDING = 4
BEFORE, ALTOGETHER = 60, 240  # characters of an excerpt


class Marker(NamedTuple):
    """`stems` are of the words that were looked for; `beginning` is what the last one may only begin with."""

    stems: Sequence[str]
    beginning: str

    def mark(self, text: str) -> str:
        return WORD.sub(lambda word: f"{HIT}{word[0]}{END}" if self._is_hit(word[0]) else word[0], text)

    def excerpt(self, text: str) -> str:
        """The text around the first hit."""
        first = next((word.start() for word in WORD.finditer(text) if self._is_hit(word[0])), 0)
        start = _word_after(text, first - BEFORE)
        end = _word_before(text, start + ALTOGETHER)
        part = self.mark(text[start:end].strip())
        return f"{'…' if start else ''}{part}{'…' if end < len(text) else ''}"

    def _is_hit(self, word: str) -> bool:
        folded = fold(word)
        if self.beginning and folded.startswith(self.beginning):
            return True
        return any(_is_form_of(folded, stem) for stem in self.stems)


def fold(word: str) -> str:
    return word.lower().translate(FOLDING)


def _is_form_of(word: str, stem: str) -> bool:
    if len(stem) < 3:
        return word == stem
    begins = word.startswith(stem) or (stem.endswith("i") and word.startswith(stem[:-1] + "y"))
    return begins and len(word) - len(stem) <= LONGEST_ENDING


def _word_after(text: str, position: int) -> int:
    return 0 if position <= 0 else text.find(" ", position) + 1


def _word_before(text: str, position: int) -> int:
    if position >= len(text):
        return len(text)
    space = text.rfind(" ", max(0, position - BEFORE), position)
    return space if space > 0 else position
