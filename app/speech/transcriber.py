"""What every speech engine offers, and what it answers with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Word:
    """One spoken word with its punctuation; times in seconds."""

    start: float
    end: float
    text: str
    probability: float

    def moved_by(self, seconds: float) -> Word:
        return replace(self, start=self.start + seconds, end=self.end + seconds)


@dataclass(frozen=True)
class Said:
    """One passage as the engine heard it, usually a sentence, with how sure the engine was."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...]
    no_speech_probability: float
    average_log_probability: float
    compression_ratio: float

    def moved_by(self, seconds: float) -> Said:
        words = tuple(word.moved_by(seconds) for word in self.words)
        return replace(self, start=self.start + seconds, end=self.end + seconds, words=words)


@dataclass(frozen=True)
class LanguageGuess:
    """A language code such as `en`, nothing where the engine does not tell, and how sure it is, 0 to 1."""

    code: str
    probability: float


class EngineUnavailable(Exception):
    """Nothing can be heard just now, whatever the recording. The text is a sentence for an administrator."""


class Transcriber(Protocol):
    """Hears 16 kHz samples from -1 to 1. Times in its answers are seconds from the first sample it was given.

    What fails for these samples alone is a RuntimeError or a ValueError; EngineUnavailable is what fails for all.
    The vocabulary is in the order of its worth: what finds no room is left out from its end.
    """

    device_note: str

    def transcribe(self, samples: np.ndarray, language: str | None, vocabulary: Sequence[str]) -> list[Said]: ...

    def detect_language(self, samples: np.ndarray) -> LanguageGuess: ...

    def close(self) -> None: ...
