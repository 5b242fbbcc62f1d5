"""What an engine invents is taken out, and its times are put in order."""

import pytest

from app.speech.cleaning import clean
from app.speech.transcriber import Said, Word


def said(
    text: str, start: float = 0, end: float = 1, words: tuple[Word, ...] = (), no_speech: float = 0, sure: float = 0
):
    return Said(start, end, text, words, no_speech, sure, 1.0)


def texts(passages: list[Said]) -> list[str]:
    return [passage.text for passage in passages]


def test_a_passage_repeated_three_times_is_kept_once_and_one_repeated_twice_is_kept():
    passages = [said("Thank you."), said("Yes."), said("Yes."), *[said("You ")] * 4, said("Bye.")]
    assert texts(clean(passages, 10)) == ["Thank you.", "Yes.", "Yes.", "You ", "Bye."]


@pytest.mark.parametrize(("no_speech", "sure", "kept"), [(0.9, -1.5, False), (0.9, -0.5, True), (0.1, -1.5, True)])
def test_a_passage_is_dropped_only_when_both_signs_say_that_nobody_spoke(no_speech, sure, kept):
    assert bool(clean([said("You", no_speech=no_speech, sure=sure)], 10)) is kept


def test_a_passage_without_words_is_dropped():
    assert clean([said("  ")], 10) == []


def test_a_first_word_loses_the_pause_before_it_and_any_other_the_pause_after_it():
    words = (Word(0, 4, "So", 1), Word(4, 4.5, "it", 1), Word(4.5, 9, "fails.", 1))
    (passage,) = clean([said("So it fails.", 0, 9, words)], 10)
    assert [(word.start, word.end) for word in passage.words] == [(2.8, 4), (4, 4.5), (4.5, 5.7)]
    assert (passage.start, passage.end) == (2.8, 5.7)


def test_times_ascend_and_stay_inside_the_chunk():
    first = said("a b", 0, 5, (Word(-0.2, 0.5, "a", 1), Word(4.0, 5.0, "b", 1)))
    second = said("c d", 3, 12, (Word(3.0, 4.2, "c", 1), Word(9.5, 10.4, "d", 1)))
    words = [word for passage in clean([first, second], 10) for word in passage.words]
    starts = [word.start for word in words]
    assert starts == sorted(starts) == [0, 4.0, 4.0, 9.5]
    assert all(word.start <= word.end <= 10 for word in words)
