"""Making media files for tests: sound and pictures of our own, in real containers."""

from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream

RATE = 16_000


def make_tone(
    path: Path, seconds: float, codec: str = "pcm_s16le", start: float = 0.0, gap_at: float | None = None
) -> Path:
    """A hum; `start` moves its clock, and `gap_at` leaves two seconds out of the clock from there on."""
    with av.open(str(path), "w") as container:
        stream = cast(AudioStream, container.add_stream(codec, rate=RATE, layout="mono"))
        for offset in range(0, int(seconds * RATE), RATE // 10):
            frame = hum(offset)
            late = 2.0 if gap_at is not None and offset >= gap_at * RATE else 0.0
            frame.pts = offset + int((start + late) * RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def hum(offset: int) -> av.AudioFrame:
    moments = np.arange(offset, offset + RATE // 10) / RATE
    wave = (np.sin(moments * 2 * np.pi * 220) * 12_000).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(wave[None], format="s16", layout="mono")
    frame.sample_rate = RATE
    frame.time_base = Fraction(1, RATE)
    return frame


def make_silent_film(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for brightness in range(0, 200, 20):
            picture = np.full((48, 64, 3), brightness, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def write_raw(path: Path, *pieces: np.ndarray) -> Path:
    np.concatenate(pieces).astype("<i2").tofile(path)
    return path


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), dtype=np.int16)
