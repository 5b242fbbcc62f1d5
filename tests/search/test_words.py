"""What somebody typed becomes words; nothing they type is an operator or an error."""

from app.search.highlighting import Marker
from app.search.words import LONGEST, MOST, parse


def test_words_are_looked_for_one_by_one_and_the_last_may_be_a_beginning():
    words = parse("import fai")
    assert (words.phrases, words.unfinished) == (("import",), "fai")


def test_quotes_keep_a_phrase_together_even_when_they_are_not_closed():
    assert parse('"nightly import" "of bil').phrases == ("nightly import", "of bil")


def test_two_letters_are_no_beginning():
    assert (parse("it").phrases, parse("it").unfinished) == (("it",), "")


def test_signs_without_letters_are_nothing_to_look_for():
    assert not parse('* - : ^ ( ) \' \\ \x00 "" ...')


def test_what_is_too_long_is_cut_and_says_so():
    assert parse("x" * 10_000).was_cut and len(parse("x" * 10_000).unfinished) == LONGEST
    assert parse("a " * 50).was_cut and len(parse("a " * 50).phrases) == MOST
    assert not parse("nightly import").was_cut


def test_what_was_found_is_marked_in_its_forms():
    marker = Marker(["import", "happi"], "gatew")
    assert marker.mark("Imports <b> importing; import, important happy Gateway gate") == (
        "\x02Imports\x03 <b> \x02importing\x03; \x02import\x03, \x02important\x03 \x02happy\x03 \x02Gateway\x03 gate"
    )


def test_an_excerpt_of_a_long_text_stands_around_the_first_hit():
    text = "before " * 100 + "the gateway sends " + "after " * 100
    excerpt = Marker(["gateway"], "").excerpt(text)
    assert "the \x02gateway\x03 sends" in excerpt and len(excerpt) < 260
    assert excerpt.startswith("…before ") and excerpt.endswith(" after…")
    assert Marker(["gateway"], "").excerpt("short") == "short"
