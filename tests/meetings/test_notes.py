"""Notes written by several hands: saved by themselves, merged, kept with their history."""

import pytest
from sqlmodel import col, select

from app.meetings.agenda.finding import items_of
from app.meetings.models import Note, NoteVersion, TextFor
from app.meetings.notes.saving import LARGEST
from app.meetings.sharing import withdraw_item
from app.timeline.models import TimelineEntry

DATA = {"accept": "application/json"}


@pytest.fixture
def notes(ben, call):
    """The shared and the internal text of the first item."""
    item = items_of(ben, call)[0]
    found = {note.text_for: note for note in ben.exec(select(Note).where(Note.agenda_item_id == item.id))}
    ben.commit()
    for note in found.values():
        ben.expunge(note)  # read again later it would hold the database while pages write
    return found


@pytest.fixture
def write(as_, at):
    """Saves as the page does by itself, and answers what the page gets: `write("gus", note, "words", 0)`."""

    def save(nick, note, text, version, writer="", status=200):
        data = {"text": text, "version": version, "writer": writer or nick}
        answer = as_(nick).post(f"{at}/notes/{note.id}", data=data, headers=DATA)
        assert answer.status_code == status, answer.text
        return answer.json()

    return save


@pytest.fixture
def both(notes):
    return notes[TextFor.both_sides]


def test_a_guest_writes_where_both_sides_do_and_the_team_reads_it(write, both, as_, at):
    saved = write("gus", both, "The vans leave at 05:30", 0)
    assert (saved["version"], saved["text"], saved["conflict"]) == (1, "The vans leave at 05:30", False)
    assert saved["saved_at"]
    assert "The vans leave at 05:30" in as_("ben").get(at).text


def test_an_internal_text_does_not_exist_for_a_guest_by_any_address(write, notes, as_, at, session):
    own = notes[TextFor.our_side]
    write("ben", own, "Between us: the gateway is silent", 0)
    gus = as_("gus")
    assert gus.post(f"{at}/notes/{own.id}", data={"text": "mine", "version": 0}, headers=DATA).status_code == 404
    assert gus.get(f"{at}/notes/{own.id}/history").status_code == 404
    assert gus.post(f"{at}/notes/{own.id}/versions/1/restoration").status_code == 404
    for page in (at, f"{at}/print", f"{at}/print?edition=customer", f"{at}/invitation.ics"):
        assert "gateway is silent" not in gus.get(page).text
    assert own.id not in gus.get(at).text
    session.expire_all()
    assert session.get_one(Note, own.id).text == "Between us: the gateway is silent"


def test_a_stranger_writes_nowhere(as_, at, both):
    assert as_("eve").post(f"{at}/notes/{both.id}", data={"text": "hi", "version": 0}, headers=DATA).status_code == 404
    assert as_("gwen").get(f"{at}/notes/{both.id}/history").status_code == 404


def test_two_browsers_that_change_different_lines_keep_both(write, both):
    write("ben", both, "one\ntwo\nthree", 0)
    write("gus", both, "one\ntwo\nthree, says Gus", 1)
    saved = write("ben", both, "one, says Ben\ntwo\nthree", 1)
    assert saved["text"] == "one, says Ben\ntwo\nthree, says Gus" and not saved["conflict"]


def test_two_browsers_that_change_the_same_line_keep_both_marked(write, both):
    write("ben", both, "one\ntwo", 0)
    write("gus", both, "eins\ntwo", 1)
    saved = write("ben", both, "uno\ntwo", 1)
    assert saved["conflict"]
    assert saved["text"] == "⟪ Gus Meyer wrote ⟫\neins\n⟪ Ben Okafor wrote ⟫\nuno\n⟪ end ⟫\ntwo"


def test_a_save_sent_twice_counts_once(write, both, session):
    write("gus", both, "first", 0)
    write("ben", both, "first\nand more", 1)
    again = write("gus", both, "first", 0)
    assert again["text"] == "first\nand more" and again["version"] == 2
    assert len(session.exec(select(NoteVersion).where(NoteVersion.note_id == both.id)).all()) == 2


def test_somebody_who_types_on_before_the_answer_comes_does_not_contradict_themselves(write, both):
    write("ben", both, "one\ntwo", 0)
    write("gus", both, "one\ntwo\nfrom Gus", 1)
    merged = write("ben", both, "one, by B\ntwo", 1)
    assert merged["version"] == 3
    saved = write("ben", both, "one, by Ben\ntwo", 1)
    assert saved["text"] == "one, by Ben\ntwo\nfrom Gus" and not saved["conflict"]


def test_another_page_of_the_same_person_begins_from_its_own_base(write, both):
    write("ben", both, "one", 0, writer="desk")
    saved = write("ben", both, "two", 0, writer="phone")
    assert saved["conflict"] and "one" in saved["text"] and "two" in saved["text"]


def test_spaces_and_line_ends_stay_as_they_were_typed(write, both):
    assert write("gus", both, "a word \n\n", 0)["text"] == "a word \n\n"


def test_a_text_can_be_emptied_and_comes_back_from_its_history(write, both, as_, at):
    write("ben", both, "Something", 0)
    assert write("ben", both, "", 1)["text"] == ""
    history = as_("ben").get(f"{at}/notes/{both.id}/history?version=1").text
    assert "Something" in history and "Ben Okafor" in history
    assert as_("gus").get(f"{at}/notes/{both.id}/history").status_code == 404
    as_("ben").post(f"{at}/notes/{both.id}/versions/1/restoration")
    assert "Something" in as_("ben").get(at).text
    assert "restored version 1" in as_("ben").get(f"{at}/notes/{both.id}/history").text


def test_too_long_a_text_is_refused_with_its_words_kept(write, both, as_, at):
    long = "word " * (LARGEST // 5 + 1)
    assert "64 KB" in write("gus", both, long, 0, status=422)["error"]
    page = as_("gus").post(f"{at}/notes/{both.id}", data={"text": long, "version": 0})
    assert page.status_code == 422 and "64 KB" in page.text and long.strip()[:2000] in page.text


def test_without_a_script_the_button_saves_and_comes_back_to_the_item(as_, at, both):
    answer = as_("gus").post(f"{at}/notes/{both.id}", data={"text": "Typed", "version": 0})
    assert answer.status_code == 303 and answer.headers["location"] == f"{at}#item-{both.agenda_item_id}"


def test_the_version_that_is_missing_keeps_what_was_typed(as_, at, both):
    page = as_("gus").post(f"{at}/notes/{both.id}", data={"text": "Typed in vain", "version": "x"})
    assert page.status_code == 422 and "Typed in vain" in page.text


def test_somebody_who_types_on_is_told_of_once_and_signalled_each_time(write, both, session):
    write("gus", both, "a", 0)
    first = _told(session)
    write("gus", both, "ab", 1)
    second = _told(session)
    assert len(first) == len(second) == 1
    assert second[0][0] > first[0][0] and second[0][1] > first[0][1]
    write("ben", both, "abc", 2)
    assert len(_told(session)) == 2


def test_internal_notes_are_not_even_signalled_to_guests(write, notes, session):
    write("ben", notes[TextFor.our_side], "Between us", 0)
    assert _told(session)[0][1] is None


def test_a_withdrawn_text_is_read_by_us_and_written_by_nobody(write, both, ben, call, as_, at):
    write("gus", both, "Said in front of both", 0)
    withdraw_item(ben, items_of(ben, call)[0])
    ben.commit()
    assert "Said in front of both" not in as_("gus").get(at).text
    assert "Said in front of both" in as_("ben").get(at).text
    assert as_("gus").get(f"{at}/notes/{both.id}/history").status_code == 404
    assert "cannot read this any more" in write("ben", both, "and between us", 1, status=422)["error"]


def _told(session):
    session.expire_all()
    query = select(TimelineEntry.number, TimelineEntry.shared_number).where(TimelineEntry.kind == "notes_changed")
    found = session.exec(query.order_by(col(TimelineEntry.number))).all()
    session.commit()
    return found


def test_a_save_without_words_empties_nothing_and_no_version_has_so_large_a_number(as_, at, both, write):
    saved = write("ben", both, "The vans leave at 05:30", 0)
    answer = as_("ben").post(f"{at}/notes/{both.id}", data={"version": saved["version"]}, headers=DATA)
    assert answer.status_code == 422
    assert write("ben", both, "The vans leave at 05:30, all of them", 1)["version"] == 2
    assert as_("ben").post(f"{at}/notes/{both.id}/versions/99999999999999999999/restoration").status_code == 404
