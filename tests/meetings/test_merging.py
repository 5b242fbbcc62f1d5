"""Two people change one text: what does not touch merges, what does is kept twice, and nothing typed is lost."""

from hypothesis import given
from hypothesis import strategies as st

from app.meetings.notes.merging import merge

LINES = st.lists(st.sampled_from(["", "a", "b", "c", "the import stops", "  spaces"]), max_size=8)
TEXTS = LINES.map("\n".join)


def test_changes_in_different_places_merge():
    merged = merge("one\ntwo\nthree", "ONE\ntwo\nthree", "one\ntwo\nTHREE")
    assert merged.text == "ONE\ntwo\nTHREE" and not merged.has_conflict


def test_changes_to_the_same_line_are_both_kept_and_marked_by_name():
    merged = merge("one\ntwo", "ours\ntwo", "theirs\ntwo", theirs="Gus", mine="Ben")
    assert merged.text == "⟪ Gus wrote ⟫\nours\n⟪ Ben wrote ⟫\ntheirs\n⟪ end ⟫\ntwo" and merged.has_conflict


def test_two_people_who_add_lines_in_the_same_place_do_not_contradict_each_other():
    merged = merge("one", "one\nfrom Gus", "one\nfrom Ben")
    assert merged.text == "one\nfrom Gus\nfrom Ben" and not merged.has_conflict


def test_a_line_added_below_one_that_somebody_changes_merges():
    merged = merge("one", "one\nfrom Gus", "one, and more")
    assert merged.text == "one, and more\nfrom Gus" and not merged.has_conflict


def test_a_line_taken_out_by_one_and_changed_by_the_other_is_kept():
    merged = merge("one\ntwo\nthree", "one\nthree", "one\ntwo and a half\nthree", theirs="Gus", mine="Ben")
    assert "two and a half" in merged.text and "Gus took out" in merged.text and merged.has_conflict


def test_two_first_words_in_an_empty_text_are_marked():
    merged = merge("", "hello", "good day")
    assert merged.has_conflict and "hello" in merged.text and "good day" in merged.text


@given(LINES, st.integers(0, 30), st.integers(0, 30), st.booleans())
def test_edits_that_do_not_touch_both_survive_unmarked(lines, first, second, swapped):
    base = [f"{number} {line}" for number, line in enumerate(lines)] + ["x", "y", "z"]
    low = first % len(base)
    high = second % len(base)
    if abs(low - high) < 2:
        low, high = 0, len(base) - 1
    ours, theirs = list(base), list(base)
    ours[low], theirs[high] = "changed by one", "changed by the other"
    expected = list(base)
    expected[low], expected[high] = "changed by one", "changed by the other"
    sides = (theirs, ours) if swapped else (ours, theirs)
    merged = merge("\n".join(base), *("\n".join(side) for side in sides))
    assert merged.text == "\n".join(expected) and not merged.has_conflict


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_either_side_typed_is_in_the_result(base, current, sent):
    known = set(base.split("\n"))
    result = set(merge(base, current, sent).text.split("\n"))
    for side in (current, sent):
        assert {line for line in side.split("\n") if line not in known} <= result


@given(TEXTS, TEXTS)
def test_a_save_nobody_else_disturbed_stands_as_it_was_sent(base, sent):
    assert merge(base, base, sent).text == sent
    assert merge(base, sent, sent).text == sent
    assert merge(base, sent, base).text == sent


def test_sixty_thousand_lines_do_not_hold_up_the_others():
    base, current, sent = ("\n".join([word] * 30_000) for word in ("a", "b", "c"))
    assert "c" in merge(base, current, sent).text
