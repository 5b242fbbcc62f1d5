"""Joining two people's changes to one text, line by line. What does not touch merges; what does is kept twice, marked."""

from typing import NamedTuple

from app.meetings.notes.comparing import regions


class Merged(NamedTuple):
    text: str
    has_conflict: bool


def merge(base: str, current: str, sent: str, *, theirs: str = "Somebody", mine: str = "Somebody else") -> Merged:
    """`current` stands now and was written by `theirs`; `sent` was written by `mine`; both began from `base`."""
    if current in (base, sent):
        return Merged(sent, False)
    if sent == base:
        return Merged(current, False)
    before, now, new = base.split("\n"), current.split("\n"), sent.split("\n")
    head, tail = _shared_ends(before, now, new)
    result, has_conflict = before[:head], False
    middles = [lines[head : len(lines) - tail] for lines in (before, now, new)]
    for part in regions(*middles):
        if not part.is_contested:
            result += part.settled
        elif (joined := _beside_each_other(part.original, part.now, part.new, not base.strip())) is not None:
            result += joined
        else:
            result += _both(part.now, part.new, theirs, mine)
            has_conflict = True
    return Merged("\n".join(result + before[len(before) - tail :]), has_conflict)


def _beside_each_other(original: list[str], now: list[str], new: list[str], first_words: bool) -> list[str] | None:
    """Two people who add lines in the same place, or one who adds beside a line the other changes, do not contradict
    each other: in a call this happens all the time. Where the first words of a text are two people's, they look."""
    if not any(line.strip() for line in original) and not first_words:
        return now + new
    for changed, added in ((new, now), (now, new)):
        if not changed or not original or len(added) <= len(original):
            continue
        if added[: len(original)] == original:
            return changed + added[len(original) :]
        if added[-len(original) :] == original:
            return added[: -len(original)] + changed
    return None


def _both(now: list[str], new: list[str], theirs: str, mine: str) -> list[str]:
    """The lines both wrote alike stand once, outside the marks."""
    shortest = min(len(now), len(new))
    head = next((n for n in range(shortest) if now[n] != new[n]), shortest)
    tail = next((n for n in range(shortest - head) if now[-1 - n] != new[-1 - n]), shortest - head)
    first, last = now[:head], now[len(now) - tail :]
    now, new = now[head : len(now) - tail], new[head : len(new) - tail]
    if not now:
        marked = [f"⟪ {mine} wrote, {theirs} took out ⟫", *new]
    elif not new:
        marked = [f"⟪ {theirs} wrote, {mine} took out ⟫", *now]
    else:
        marked = [f"⟪ {theirs} wrote ⟫", *now, f"⟪ {mine} wrote ⟫", *new]
    return [*first, *marked, "⟪ end ⟫", *last]


def _shared_ends(*texts: list[str]) -> tuple[int, int]:
    """How many lines at the beginning and at the end all three have in common: nothing there needs comparing.
    One common line stays on each side, so that what touches it is seen to."""
    shortest = min(map(len, texts))
    head = 0
    while head < shortest and len({text[head] for text in texts}) == 1:
        head += 1
    tail = 0
    while tail < shortest - head and len({text[-1 - tail] for text in texts}) == 1:
        tail += 1
    return max(head - 1, 0), max(tail - 1, 0)
