"""What a transcription server answered, read as a stranger's words: with times for words, for passages, or without."""

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from app.speech.transcriber import Said, Word

LONGEST_SENTENCE = 200
PAUSE_BETWEEN_PASSAGES = 0.8
MOST_WORDS_IN_PASSAGE = 40


def passages_in(answer: dict[str, Any]) -> list[Said] | None:
    """None where the answer says no times at all."""
    words = [word for one in things(answer, "words") if (word := word_in(one))]
    segments = things(answer, "segments")
    if segments:
        return [passage for one in segments if (passage := passage_in(one, words))]
    return list(gathered(words)) if words else None


def text_in(answer: dict[str, Any]) -> str:
    text = answer.get("text")
    return text.strip() if isinstance(text, str) else ""


def sentence_in(status: int, body: bytes) -> str:
    """Why it refused, in its own words where it has any."""
    try:
        told = json.loads(body)
    except ValueError:
        return f"status {status}"
    for name in ("error", "detail", "message"):
        while isinstance(told, dict) and name in told:
            told = told[name]
    if not isinstance(told, str) or not told.strip():
        return f"status {status}"
    return f"{' '.join(told.split())[:LONGEST_SENTENCE].rstrip('.')} (status {status})"


def passage_in(told: dict[str, Any], words: list[Word]) -> Said | None:
    start, end, text = number(told, "start"), number(told, "end"), text_in(told)
    if start is None or end is None or end < start:
        raise ValueError("A passage of the answer has no times.")
    own = [word for one in things(told, "words") if (word := word_in(one))]
    inside = own or [word for word in words if start <= (word.start + word.end) / 2 < end]
    return Said(
        start,
        end,
        text,
        tuple(inside),
        no_speech_probability=number(told, "no_speech_prob") or 0.0,
        average_log_probability=number(told, "avg_logprob") or 0.0,
        compression_ratio=number(told, "compression_ratio") or 1.0,
    )


def word_in(told: dict[str, Any]) -> Word | None:
    text, start, end = told.get("word"), number(told, "start"), number(told, "end")
    if not isinstance(text, str) or not text.strip() or start is None or end is None or end < start:
        return None
    probability = number(told, "probability")
    return Word(start, end, text.strip(), 1.0 if probability is None else probability)


def gathered(words: Iterable[Word]) -> Iterator[Said]:
    """Passages made of bare words: one ends where somebody pauses, or when it has grown long."""
    together: list[Word] = []
    for word in words:
        paused = together and word.start - together[-1].end > PAUSE_BETWEEN_PASSAGES
        if paused or len(together) == MOST_WORDS_IN_PASSAGE:
            yield passage_of(together)
            together = []
        together.append(word)
    if together:
        yield passage_of(together)


def passage_of(words: list[Word]) -> Said:
    text = " ".join(word.text for word in words)
    return Said(words[0].start, words[-1].end, text, tuple(words), 0.0, 0.0, 1.0)


def things(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = told.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def number(told: dict[str, Any], name: str) -> float | None:
    found = told.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        return None
    return float(found)
