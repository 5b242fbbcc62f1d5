"""Which bytes of a file a player asks for. One range at a time: a list of them is answered with the whole."""

import re
from typing import NamedTuple

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class CannotBeGiven(Exception):
    """The range lies wholly outside the file."""


class Piece(NamedTuple):
    """A stretch of a file, and whether it is less than all of it."""

    start: int
    length: int
    is_part: bool


def piece_of(header: str | None, size: int) -> Piece:
    """What cannot be understood counts as not said, as the standard wants it."""
    asked = ONE_RANGE.fullmatch(header.strip()) if header else None
    if asked is None or asked.groups() == ("", ""):
        return Piece(0, size, is_part=False)
    first, last = asked.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last or size), size - 1)
        if last and int(last) < start:
            return Piece(0, size, is_part=False)
    if start >= size or start > end:
        raise CannotBeGiven
    return Piece(start, end - start + 1, is_part=True)
