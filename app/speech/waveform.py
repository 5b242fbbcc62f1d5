"""The shape of a recording as a row of peaks, for drawing it."""

from itertools import pairwise
from pathlib import Path

import numpy as np

from app.speech.samples import open_samples

# A quiet recording is drawn larger, but the hiss of a silent one is not blown up into a mountain range.
QUIETEST_FULL_HEIGHT = 0.1 * 32768


def waveform(raw: Path, buckets: int = 800) -> list[int]:
    """The loudest moment of each of `buckets` equal stretches, 0 to 100; read stretch by stretch."""
    samples = open_samples(raw)
    count = min(buckets, len(samples))
    edges = [index * len(samples) // count for index in range(count + 1)]
    peaks = [loudest(samples[start:end]) for start, end in pairwise(edges)]
    full_height = max(QUIETEST_FULL_HEIGHT, *peaks)
    return [round(100 * peak / full_height) for peak in peaks]


def loudest(stretch: np.ndarray) -> int:
    return max(int(stretch.max()), -int(stretch.min()))
