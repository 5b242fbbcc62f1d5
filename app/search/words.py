"""What somebody typed, as words to look for. Nothing they type is an operator, except quotes around a phrase."""

import re
from dataclasses import dataclass, replace

LONGEST = 200
MOST = 12
SHORTEST_PREFIX = 3  # shorter beginnings are the beginning of everything

CHUNK = re.compile(r'"([^"]*)"?|([^\s"]+)')
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Words:
    """All of `phrases` must be there. `unfinished` is the last one when it may be the beginning of a longer word."""

    phrases: tuple[str, ...] = ()
    unfinished: str = ""
    was_cut: bool = False
    typed: str = ""  # what was read of it

    def __bool__(self) -> bool:
        return bool(self.phrases or self.unfinished)

    @property
    def is_one(self) -> bool:
        return len(self.phrases) + bool(self.unfinished) == 1

    @property
    def whole(self) -> "Words":
        """The last one taken for what it is."""
        return replace(self, phrases=(*self.phrases, self.unfinished), unfinished="") if self.unfinished else self


def plain(text: str) -> str:
    """Without control characters: a database refuses some of them, and two mark what was found."""
    return UNSEEN.sub(" ", text)


def parse(typed: str) -> Words:
    typed = plain(typed).strip()
    kept = typed[:LONGEST]
    chunks = [(quoted or bare, not quoted) for quoted, bare in CHUNK.findall(kept)]
    chunks = [(chunk, is_bare) for chunk, is_bare in chunks if any(letter.isalnum() for letter in chunk)]
    was_cut = len(typed) > len(kept) or len(chunks) > MOST
    chunks = chunks[:MOST]
    if chunks and _is_beginning(*chunks[-1]):
        return Words(tuple(chunk for chunk, _ in chunks[:-1]), chunks[-1][0], was_cut, kept)
    return Words(tuple(chunk for chunk, _ in chunks), "", was_cut, kept)


def _is_beginning(chunk: str, is_bare: bool) -> bool:
    return is_bare and len(chunk) >= SHORTEST_PREFIX and chunk.isalnum()
