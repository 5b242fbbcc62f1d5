"""A recording as a picture: its peaks as one path, and ticks where a search found something."""

from collections.abc import Iterable
from typing import NamedTuple

WIDTH = 960
HEIGHT = 64
BARS = 240


class Picture(NamedTuple):
    """Paths for an SVG of WIDTH by HEIGHT."""

    bars: str
    ticks: tuple[int, ...]
    width: int = WIDTH
    height: int = HEIGHT


def draw(peaks: list[int], duration: float, hits: Iterable[float] = ()) -> Picture:
    return Picture(_bars(_fewer(peaks)), tuple(sorted({_across(at, duration) for at in hits})))


def _fewer(peaks: list[int]) -> list[int]:
    """As many bars as can be told apart; each shows the loudest of its stretch."""
    if len(peaks) <= BARS:
        return peaks
    edges = [index * len(peaks) // BARS for index in range(BARS + 1)]
    return [max(peaks[start:end]) for start, end in zip(edges, edges[1:], strict=False)]


def _bars(peaks: list[int]) -> str:
    step = WIDTH / max(1, len(peaks))
    wide = step * 0.65
    return "".join(_bar(index * step, wide, peak) for index, peak in enumerate(peaks))


def _bar(left: float, wide: float, peak: int) -> str:
    high = max(1.5, peak / 100 * (HEIGHT - 6))
    return f"M{left:.1f} {(HEIGHT - high) / 2:.1f}h{wide:.1f}v{high:.1f}h-{wide:.1f}z"


def _across(at: float, duration: float) -> int:
    return round(min(1.0, at / duration) * WIDTH) if duration else 0
