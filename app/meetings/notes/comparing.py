"""Which lines each of two people changed since both began from the same text, and where their changes touch."""

from difflib import SequenceMatcher
from typing import NamedTuple


class Change(NamedTuple):
    """Lines `start` to `end` of the original became `lines`."""

    start: int
    end: int
    lines: list[str]


class Region(NamedTuple):
    """A part of the original: what stands there now, what is new, and whether only both together can decide."""

    original: list[str]
    now: list[str]
    new: list[str]
    is_contested: bool

    @property
    def settled(self) -> list[str]:
        """What stands in an uncontested part: the change of whoever made one."""
        return self.new if self.now == self.original else self.now


def regions(original: list[str], now: list[str], new: list[str]) -> list[Region]:
    """The whole original in order. Changes with no untouched line between them belong together."""
    theirs, ours = _changes(original, now), _changes(original, new)
    found: list[Region] = []
    at = 0
    while theirs or ours:
        start = min(changes[0].start for changes in (theirs, ours) if changes)
        end, their_part, our_part = _touching(start, theirs, ours)
        if start > at:
            found.append(_untouched(original[at:start]))
        found.append(_contested(original, start, end, their_part, our_part))
        at = end
    return [*found, _untouched(original[at:])] if at < len(original) else found


def _changes(original: list[str], changed: list[str]) -> list[Change]:
    steps = SequenceMatcher(None, original, changed, autojunk=False).get_opcodes()
    return [Change(i, j, changed[k:m]) for kind, i, j, k, m in steps if kind != "equal"]


def _touching(start: int, theirs: list[Change], ours: list[Change]) -> tuple[int, list[Change], list[Change]]:
    """Takes from both lists what belongs to the part that begins here."""
    end, parts = start, ([], [])  # type: tuple[int, tuple[list[Change], list[Change]]]
    grew = True
    while grew:
        grew = False
        for changes, part in zip((theirs, ours), parts, strict=True):
            while changes and changes[0].start <= end:
                change = changes.pop(0)
                part.append(change)
                end, grew = max(end, change.end), True
    return end, *parts


def _contested(original: list[str], start: int, end: int, theirs: list[Change], ours: list[Change]) -> Region:
    before = original[start:end]
    now, new = _applied(original, start, end, theirs), _applied(original, start, end, ours)
    return Region(before, now, new, bool(theirs and ours) and now != new)


def _applied(original: list[str], start: int, end: int, changes: list[Change]) -> list[str]:
    lines, at = [], start
    for change in changes:
        lines += [*original[at : change.start], *change.lines]
        at = change.end
    return lines + original[at:end]


def _untouched(lines: list[str]) -> Region:
    return Region(lines, lines, lines, False)
