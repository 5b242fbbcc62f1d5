"""Pauses are taken out before an engine listens, and put back into its times."""

import pytest

from app.speech.fitting import MOST_TERMS, fit
from app.speech.speech_only import SpeechOnly, Stretch
from app.speech.transcriber import Said, Word


@pytest.fixture
def spoken():
    """Two stretches of three seconds, at 10 and at 60."""
    only = object.__new__(SpeechOnly)
    only.stretches = [Stretch(10, 13, 0), Stretch(60, 63, 3)]
    return only


def said(start: float, end: float, *words: tuple[float, float]) -> Said:
    return Said(start, end, "", tuple(Word(*times, "word", 1.0) for times in words), 0, 0, 1)


def test_each_moment_goes_back_to_where_it_was(spoken):
    back = spoken.put_back(said(1, 5, (1, 2), (3.5, 5)))
    assert (back.start, back.end) == (11, 62)
    assert [(word.start, word.end) for word in back.words] == [(11, 12), (60.5, 62)]


def test_a_passage_that_ends_with_a_stretch_does_not_reach_over_the_pause(spoken):
    assert spoken.put_back(said(0, 3)).end == 13
    assert spoken.put_back(said(3, 6)).start == 60


def test_a_word_is_never_stretched_over_a_pause(spoken):
    (word,) = spoken.put_back(said(2, 4, (2.5, 3.2))).words
    assert (word.start, word.end) == (12.5, 13)


def test_the_first_words_to_expect_are_kept_and_the_last_ones_left_out():
    terms = [f"Product{number}" for number in range(100)]
    assert fit(terms, count_tokens=lambda text: 1) == terms[:MOST_TERMS]
    counted = fit(terms, count_tokens=lambda text: 5 * text.count("Product"))
    assert counted == terms[:44]
    assert fit(terms) == terms[: len(fit(terms))] and len(", ".join(fit(terms)).encode()) <= 446
    assert fit(["One", "One", "Two"]) == ["One", "Two"]
