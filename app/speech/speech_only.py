"""Only what is spoken of a stretch of sound, for engines that would fill pauses with sentences of their own."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
from faster_whisper.vad import VadOptions, get_speech_timestamps

from app.speech.decoding import SAMPLE_RATE
from app.speech.transcriber import Said, Word

LISTENING = VadOptions(min_silence_duration_ms=2000, speech_pad_ms=400)


@dataclass(frozen=True)
class Stretch:
    """Seconds on the clock of the whole sound, and where the same moment is once the pauses are taken out."""

    start: float
    end: float
    joined_start: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


class SpeechOnly:
    """The spoken stretches one after another, and the way back to the clock of the whole."""

    def __init__(self, samples: np.ndarray) -> None:
        spans = [(int(span["start"]), int(span["end"])) for span in get_speech_timestamps(samples, LISTENING)]
        before = accumulate((end - start for start, end in spans), initial=0)
        self.stretches = [
            Stretch(start / SAMPLE_RATE, end / SAMPLE_RATE, joined / SAMPLE_RATE)
            for (start, end), joined in zip(spans, before, strict=False)
        ]
        pieces = [samples[start:end] for start, end in spans]
        self.samples = np.concatenate(pieces) if pieces else np.empty(0, dtype=np.float32)

    def pieces(self, most_seconds: float) -> Iterator["tuple[float, float, np.ndarray]"]:
        """Neighbouring stretches together while they last no longer than this, each with where it is in the whole."""
        group: list[Stretch] = []
        for stretch in self.stretches:
            if group and sum(one.seconds for one in group) + stretch.seconds > most_seconds:
                yield self._piece(group)
                group = []
            group.append(stretch)
        if group:
            yield self._piece(group)

    def _piece(self, group: list[Stretch]) -> tuple[float, float, np.ndarray]:
        first, last = group[0], group[-1]
        start, end = first.joined_start, last.joined_start + last.seconds
        return first.start, last.end, self.samples[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]

    def put_back(self, said: Said) -> Said:
        words = tuple(self._put_word_back(word) for word in said.words)
        start, end = self._stretch_at(said.start), self._stretch_at(said.end, is_end=True)
        return replace(said, start=moved(said.start, start), end=moved(said.end, end), words=words)

    def _put_word_back(self, word: Word) -> Word:
        """By its middle: a word never spans a pause, though its edges may be heard beyond one."""
        stretch = self._stretch_at((word.start + word.end) / 2)
        return replace(word, start=moved(word.start, stretch), end=moved(word.end, stretch))

    def _stretch_at(self, seconds: float, is_end: bool = False) -> Stretch:
        # What ends exactly where two stretches meet ended in the first.
        found = bisect_right(self.stretches, seconds - (1e-3 if is_end else 0), key=lambda one: one.joined_start)
        return self.stretches[max(found - 1, 0)]


def moved(seconds: float, stretch: Stretch) -> float:
    return min(max(seconds - stretch.joined_start + stretch.start, stretch.start), stretch.end)
