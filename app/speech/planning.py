"""Cutting a recording into chunks at its pauses, so that each can be transcribed, and repeated, on its own."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from faster_whisper.vad import VadOptions, get_speech_timestamps

from app.speech.decoding import SAMPLE_RATE
from app.speech.samples import open_samples, read_samples

CHUNK_SECONDS = 120
WINDOW_SECONDS = 60
LISTENING = VadOptions(threshold=0.5, min_silence_duration_ms=300, speech_pad_ms=100)

Span = tuple[int, int]


@dataclass(frozen=True)
class Chunk:
    """A stretch of the recording, in samples. One without speech is never transcribed, only shown as silence."""

    index: int
    start_sample: int
    end_sample: int
    has_speech: bool

    @property
    def start_seconds(self) -> float:
        return self.start_sample / SAMPLE_RATE

    @property
    def seconds(self) -> float:
        return (self.end_sample - self.start_sample) / SAMPLE_RATE


def plan_chunks(raw: Path, chunk_seconds: int = CHUNK_SECONDS) -> list[Chunk]:
    """Chunks that cover the whole recording without overlap, in order; neighbours without speech are one span."""
    length = len(open_samples(raw))
    speech = list(speech_spans(raw))
    chunks: list[Chunk] = []
    for start, end in cut(length, speech, chunk_seconds * SAMPLE_RATE):
        spoken = any(since < end and until > start for since, until in speech)
        if chunks and not spoken and not chunks[-1].has_speech:
            chunks[-1] = replace(chunks[-1], end_sample=end)
        else:
            chunks.append(Chunk(len(chunks), start, end, spoken))
    return chunks


def speech_spans(raw: Path) -> Iterator[Span]:
    """Where somebody speaks. Listened to window by window: an hour at once would take gigabytes."""
    length, window = len(open_samples(raw)), WINDOW_SECONDS * SAMPLE_RATE
    held: Span | None = None
    for offset in range(0, length, window):
        for start, end in speech_in(read_samples(raw, offset, offset + window)):
            span = (offset + start, offset + end)
            # A sentence across two windows is heard as two spans that touch.
            if held and span[0] - held[1] < SAMPLE_RATE // 10:
                span = (held[0], span[1])
            elif held:
                yield held
            held = span
    if held:
        yield held


def speech_in(samples: np.ndarray) -> list[Span]:
    return [(int(span["start"]), int(span["end"])) for span in get_speech_timestamps(samples, LISTENING)]


def cut(length: int, speech: list[Span], longest: int) -> Iterator[Span]:
    """Cuts in the middle of the longest pause within the last third of each chunk, or at its end if nobody pauses."""
    pauses = pauses_between(speech, length)
    start = 0
    while length - start > longest:
        earliest, latest = start + longest * 2 // 3, start + longest
        cuts = [(min(until, latest) - max(since, earliest), since, until) for since, until in pauses]
        width, since, until = max(cuts, default=(0, 0, 0))
        end = (max(since, earliest) + min(until, latest)) // 2 if width > 0 else latest
        yield start, end
        start = end
    yield start, length


def pauses_between(speech: list[Span], length: int) -> list[Span]:
    edges = [(0, 0), *speech, (length, length)]
    return [(before[1], after[0]) for before, after in pairwise(edges) if after[0] > before[1]]
