"""Taking out of an engine's answer what nobody said, and putting its times in order."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from app.speech.transcriber import Said, Word

LONGEST_WORD_SECONDS = 1.2
REPEATS_THAT_ARE_A_LOOP = 3


def clean(passages: Iterable[Said], seconds: float) -> list[Said]:
    """The passages that were really spoken, with times that ascend and stay inside the chunk of this length."""
    spoken = (said for said in passages if said.text.strip() and not is_unspoken(said))
    return list(put_in_order(without_loops(spoken), seconds))


def is_unspoken(said: Said) -> bool:
    """Either sign alone also marks real but mumbled speech; together they mark words invented over noise."""
    return said.no_speech_probability > 0.6 and said.average_log_probability < -1.0


def without_loops(passages: Iterable[Said]) -> Iterator[Said]:
    """Engines that lose the thread repeat a passage over and over; of such a run only the first is kept."""
    for _, run in groupby(passages, key=lambda said: " ".join(said.text.casefold().split())):
        same = list(run)
        yield from same[:1] if len(same) >= REPEATS_THAT_ARE_A_LOOP else same


def put_in_order(passages: Iterable[Said], seconds: float) -> Iterator[Said]:
    reached = 0.0
    for said in passages:
        words = []
        for index, word in enumerate(said.words):
            placed = place(shorten(word, is_first=index == 0), reached, seconds)
            words.append(placed)
            reached = placed.start
        start = words[0].start if words else min(max(said.start, reached), seconds)
        end = max(start, words[-1].end if words else min(said.end, seconds))
        reached = max(reached, start)
        yield replace(said, start=start, end=end, words=tuple(words))


def shorten(word: Word, is_first: bool) -> Word:
    """Engines stretch the first word back into the pause before it, and any other into the pause after it."""
    if word.end - word.start <= LONGEST_WORD_SECONDS:
        return word
    if is_first:
        return replace(word, start=word.end - LONGEST_WORD_SECONDS)
    return replace(word, end=word.start + LONGEST_WORD_SECONDS)


def place(word: Word, reached: float, seconds: float) -> Word:
    start = min(max(word.start, reached), seconds)
    return replace(word, start=start, end=min(max(word.end, start), seconds))
