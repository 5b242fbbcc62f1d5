"""Reading the raw sound that decoding wrote, without loading it whole."""

from pathlib import Path

import numpy as np


def open_samples(raw: Path) -> np.ndarray:
    """All samples as 16-bit numbers, mapped from the file and not held in memory."""
    return np.memmap(raw, dtype="<i2", mode="r")


def read_samples(raw: Path, start_sample: int, end_sample: int) -> np.ndarray:
    """A stretch of samples as the engines want it: numbers from -1 to 1."""
    return open_samples(raw)[start_sample:end_sample].astype(np.float32) / 32768
