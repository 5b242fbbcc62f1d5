"""One line for what was copied: a concern that stood on five agendas is found once, with the agendas beneath it."""

from collections.abc import Sequence
from typing import NamedTuple

from app.search.finding import Found

COPY = "agenda_item"
ORIGINALS = ("concern", "action_item", COPY)


class Fold(NamedTuple):
    """What was found, and the agenda items that say the same."""

    first: Found
    copies: Sequence[Found] = ()


def fold(found: Sequence[Found]) -> list[Fold]:
    """In the order of the best of each; the concern or the action itself stands for its copies where it was found."""
    alike: dict[tuple[str, ...], list[Found]] = {}
    for number, one in enumerate(found):
        said = "".join(piece for piece, _ in one.title)
        place = (one.key, said) if one.source.kind in ORIGINALS else (one.key, said, str(number))
        alike.setdefault(place, []).append(one)
    return [_folded(group) for group in alike.values()]


def _folded(group: list[Found]) -> Fold:
    first = next((one for one in group if one.source.kind != COPY), group[0])
    return Fold(first, [one for one in group if one is not first])
